namespace Holdfast.Failures;

/// <summary>
/// Files that tell a build tool what to do, and that it cannot read or carry out: Gradle, Maven, CMake, Ninja.
/// </summary>
internal static class BuildScriptRules
{
    internal const string Text = """
        script.gradle invalid_input 88
        : could not find method|property
        : could not get|set unknown property
        : no such property ... for class
        : no signature of method
        : could not compile build|settings|initialization file|script
        > correct the build script at the line that is named
        + > Could not find method frobnicate() for arguments [] on task ':x' of type org.gradle.api.DefaultTask.
        + > Could not get unknown property 'jdkVersion' for root project 'shop' of type org.gradle.api.Project.
        - Could not find artifact acme:ledger:jar:1.0 in central

        script.maven invalid_input 88
        : is missing line # column #
        : unknown lifecycle phase
        : lifecyclephasenotfoundexception
        > correct the POM at the line that is named
        + [ERROR]     'version' is missing. @ line 1, column 10
        + [ERROR] Unknown lifecycle phase "frob". You must specify a valid lifecycle phase or a goal
        - [ERROR] Child module /w/api of /w/pom.xml does not exist

        script.cmake invalid_input 86
        : could not create named generator
        : does not match the generator used previously
        : no preset|presets ... found|named
        > correct what the call of cmake names
        + CMake Error: Could not create named generator Nope
        + CMake Error: Error: generator : Ninja does not match the generator used previously: Unix Makefiles
        - -- Build files have been written to: /home/dev/b

        script.ninja invalid_input 86
        : ninja ... expected ... got
        : multiple rules generate
        : unknown build rule
        > correct the file at the line that is named
        + ninja: error: build.ninja:2: expected '=', got identifier
        + ninja: error: build.ninja:9: multiple rules generate a.o
        - ninja: no work to do.
        """;
}
