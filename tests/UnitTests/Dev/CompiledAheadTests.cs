using System.Reflection;
using System.Reflection.PortableExecutable;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class CompiledAheadTests
{
    private static readonly bool IsRelease = new DirectoryInfo(AppContext.BaseDirectory).Name == "release";

    [OneTimeSetUp]
    public void Skip_where_the_build_compiles_nothing_ahead()
    {
        if (!typeof(CompiledAheadTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(entry => entry.Key == "CompiledAhead"))
        {
            Assert.Ignore("This build compiles nothing ahead: see Directory.Build.targets.");
        }
    }

    [TestCase("Gateway", "MassTransit")]
    [TestCase("Worker", "RabbitMQ.Client")]
    [TestCase("Operator", "System.CommandLine")]
    [TestCase("WebClient", "Yarp.ReverseProxy")]
    [TestCase("SyncGatewayEmulatorTool", "Jint")]
    public void The_assemblies_of_packages_hold_native_code_and_in_release_builds_those_of_the_service_too(string service, string package)
    {
        var folder = Path.GetDirectoryName(Repository.Program(service))!;
        var expected = Directory.GetFiles(folder, "*.dll").Where(assembly => IsRelease || !IsOwn(assembly)).ToList();

        Assert.That(expected.Select(Path.GetFileNameWithoutExtension), Has.Member(package));
        Assert.That(expected.Where(assembly => !HasNativeCode(assembly)), Is.Empty);
    }

    [Test]
    public void The_tests_use_what_the_services_have_compiled() =>
        Assert.That(HasNativeCode(Path.Combine(AppContext.BaseDirectory, "MassTransit.dll")));

    private static bool IsOwn(string assembly) => Path.GetFileName(assembly).StartsWith("OfflineActions.", StringComparison.Ordinal);

    private static bool HasNativeCode(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
