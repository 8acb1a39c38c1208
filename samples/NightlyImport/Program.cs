// Imports the files of a folder every night, as a hosted service. Kill it whenever you like and start it again: what
// was imported is not imported twice, and the night that was interrupted goes on where it stood.
//
//     dotnet run --project samples/NightlyImport -- incoming/ imported/          at 02:00, every night
//     dotnet run --project samples/NightlyImport -- incoming/ imported/ --now    tonight's import at once, then end
using Holdfast.Extensions;
using Holdfast.Extensions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NightlyImport;

if (args is not [var incoming, var imported, .. { Length: <= 1 } more] || more is [not "--now"])
{
    Console.Error.WriteLine("usage: NightlyImport INCOMING IMPORTED [--now]");
    return 2;
}

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services
    .AddHoldfast(options =>
    {
        options.WorkspacePath = Path.Combine(imported, ".holdfast");
        options.Json = new() { TypeInfoResolver = ImportJson.Default };
    })
    .AddRun(
        Import.Name, (services, run) => services.GetRequiredService<Import>().RunAsync(run));
builder.Services.AddSingleton(new Ledger(Path.Combine(imported, "rows.csv")));
builder.Services.AddScoped(services => new Import(incoming, services.GetRequiredService<Ledger>()));
builder.Services.AddSingleton(new Schedule(more is ["--now"]));
builder.Services.AddHostedService<Night>();

using var host = builder.Build();
await host.RunAsync();
return Environment.ExitCode;
