using System.Reflection;

// The version is the one of the package, without the commit that the SDK may append.
if (args is ["--version"])
{
    var version = typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
    Console.WriteLine(version?.InformationalVersion.Split('+')[0]);
    return 0;
}

Console.Error.WriteLine("usage: holdfast --version");
return 2;
