using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Emulators;

/// <summary>The emulator's packages, as one who does not have this repository gets them.</summary>
[NonParallelizable]
public sealed partial class PackageTests
{
    private const string Library = "OfflineActions.SyncGatewayEmulator";
    private const string Tool = "sync-gateway-emulator";

    private static readonly string Emulator = Path.Combine(Repository.Root, "services", "Development", "SyncGatewayEmulator");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("packages-");

    private string Packages => Path.Combine(folder.FullName, "packages");

    [OneTimeSetUp]
    public async Task Pack()
    {
        foreach (var project in new[] { Emulator + "Tool", Emulator })
        {
            await DotNetAsync(
                "pack", project, "--output", Packages, "--nologo", $"-p:ArtifactsPath={folder}/artifacts/", "-p:NuGetAudit=false");
        }
    }

    [OneTimeTearDown]
    public void Delete() => folder.Delete(recursive: true);

    [Test]
    public void The_library_needs_only_the_JavaScript_engine_and_ASP_NET()
    {
        var package = Open(Library);

        Assert.That(package.Dependencies, Is.EqualTo(["Jint"]));
        Assert.That(package.Frameworks, Is.EqualTo(["Microsoft.AspNetCore.App"]));
        Assert.That(package.Files, Is.EquivalentTo(new[]
        {
            "CHANGELOG.md", "README.md",
            "lib/net10.0/OfflineActions.EmulatorHosting.dll", "lib/net10.0/OfflineActions.EmulatorHosting.xml",
            "lib/net10.0/OfflineActions.SyncGatewayEmulator.dll", "lib/net10.0/OfflineActions.SyncGatewayEmulator.xml",
        }));
    }

    [Test]
    public void The_tool_needs_only_NET_and_holds_the_licences_of_what_it_holds()
    {
        var package = Open(Tool);
        var assemblies = package.Assemblies("").Select(one => Path.GetFileNameWithoutExtension(one.Name)).ToList();

        Assert.That(package.Dependencies, Is.Empty);
        Assert.That(assemblies, Is.EquivalentTo(new[]
        {
            "Acornima", "Jint", "OfflineActions.EmulatorHosting",
            "OfflineActions.SyncGatewayEmulator", "OfflineActions.SyncGatewayEmulatorTool",
        }));
        var notices = package.Read("THIRD-PARTY-NOTICES.txt");
        Assert.That(
            assemblies.Where(name => !name.StartsWith("OfflineActions.", StringComparison.Ordinal))
                .Where(name => !notices.Contains($"{name} ", StringComparison.Ordinal)),
            Is.Empty);
    }

    [TestCase(Library)]
    [TestCase(Tool)]
    public void A_package_says_what_it_is(string id)
    {
        var package = Open(id);

        Assert.That((string?)package.Metadata("version"), Is.EqualTo(NewestVersion()), "CHANGELOG.md and Package.props differ.");
        Assert.That((string?)package.Metadata("license"), Is.EqualTo("Apache-2.0"));
        Assert.That((string?)package.Metadata("readme"), Is.EqualTo("README.md"));
        Assert.That((string?)package.Metadata("tags"), Does.Contain("couchbase").And.Contain("sync-gateway"));
        Assert.That((string?)package.Metadata("description"), Does.Contain("Sync Gateway"));
        Assert.That(
            RelativeLink().Matches(package.Read("README.md")).Select(match => match.Value), Is.Empty, "A package has no such file.");
    }

    [TestCase(Library)]
    [TestCase(Tool)]
    public void Its_assemblies_run_on_every_platform_and_hold_their_symbols_without_a_path_of_this_machine(string id)
    {
        foreach (var (name, assembly) in Open(id).Assemblies("OfflineActions."))
        {
            using var file = new PEReader(new MemoryStream(assembly));
            Assert.That(file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size, Is.Zero, name);
            var symbols = file.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
            using var provider = file.ReadEmbeddedPortablePdbDebugDirectoryData(symbols);
            var reader = provider.GetMetadataReader();
            Assert.That(
                reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), Is.All.StartsWith("/_/"), name);
        }
    }

    [Test]
    public async Task The_tool_is_installed_used_recorded_and_compared()
    {
        var recording = Path.Combine(folder.FullName, "recording.jsonl");
        var tools = Path.Combine(folder.FullName, "tools");
        await DotNetAsync("tool", "install", Tool, "--tool-path", tools, "--source", Packages);
        await using var receiver = await Receiver.StartAsync();
        await using var process = ChildProcess.Start(new ChildProcessOptions
        {
            Name = Tool,
            Program = Path.Combine(tools, Tool),
            Arguments =
            [
                "--public-port", "0", "--admin-port", "0", "--control-port=none", "--webhook", receiver.Url, "--record", recording,
                "--sync-function", "function (doc) { console.log('saw ' + doc._id); }",
            ],
            Environment = Environment(),
        });
        Assert.That(await Eventually.IsAsync(() => PublicPort().IsMatch($"{process.Output}\n") || process.Exited.IsCompleted));
        Assert.That($"{process.Output}\n", Does.Match(PublicPort().ToString()));

        using var client = new HttpClient { BaseAddress = new(PublicPort().Match($"{process.Output}\n").Groups[1].Value) };
        using var put = await client.PutAsJsonAsync("db/hello", new { a = 1 });
        Assert.That(put.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await client.GetStringAsync("db/hello"), Does.StartWith("{\"_id\":\"hello\",\"_rev\":\"1-").And.EndWith(",\"a\":1}"));
        Assert.That(await Eventually.IsAsync(() => !receiver.Requests.IsEmpty));
        Assert.That(receiver.Bodies.Single(), Does.StartWith("{\"a\":1,\"_id\":\"hello\""));
        Assert.That(process.Output.ToString(), Does.Contain("saw hello"), "console.log");
        Assert.That(await process.TerminateAsync(TimeSpan.FromSeconds(30)), Is.Zero, process.Output.ToString());

        await using var other = await Emulated.StartAsync();
        var (open, admin) = (other.Gateway.PublicUrl.ToString(), other.Gateway.AdminUrl.ToString());
        Assert.That(
            await SyncGatewayProcess.RunAsync(["--replay", recording, "--against", open, "--against-admin", admin]), Is.Zero);
        Assert.That(other.Gateway.WritesOf("hello"), Is.EqualTo(1));
    }

    /// <summary>Each example of the README is a program of its own.</summary>
    [TestCase(0, "\"_id\":\"hello\"", "ServiceUnavailable")]
    [TestCase(1)]
    public async Task An_example_of_the_README_runs_with_the_library(int number, params string[] printed)
    {
        var consumer = folder.CreateSubdirectory($"consumer{number}").FullName;
        var example = CSharp().Matches(File.ReadAllText(Path.Combine(Emulator, "README.md")))[number].Groups[1].Value;
        await File.WriteAllTextAsync(Path.Combine(consumer, "Program.cs"), example);
        await File.WriteAllTextAsync(Path.Combine(consumer, "consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
                <RestoreSources>{Packages}</RestoreSources>
                <RestoreFallbackFolders>{JavaScriptEngine()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{Library}" Version="{NewestVersion()}" />
              </ItemGroup>
            </Project>
            """);

        var output = await DotNetAsync("run", "--project", consumer);
        Assert.That(printed.Where(text => !output.Contains(text, StringComparison.Ordinal)), Is.Empty, output);
    }

    private static string PackagesOfThisMachine => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The packages of this machine that the library needs, without a library that was installed there.</summary>
    private string JavaScriptEngine()
    {
        var chosen = folder.CreateSubdirectory("engine").FullName;
        foreach (var id in new[] { "jint", "acornima" }.Where(id => !Path.Exists(Path.Combine(chosen, id))))
        {
            Directory.CreateSymbolicLink(Path.Combine(chosen, id), Path.Combine(PackagesOfThisMachine, id));
        }

        return chosen;
    }

    private static string NewestVersion() => Heading().Match(File.ReadAllText(Path.Combine(Emulator, "CHANGELOG.md"))).Groups[1].Value;

    private Package Open(string id) => new(Path.Combine(Packages, $"{id}.{NewestVersion()}.nupkg"));

    /// <summary>Packages go into a folder of their own: one of the same version may be another one.</summary>
    private Dictionary<string, string?> Environment()
    {
        var environment = System.Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("Emulators__", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(name => name, _ => (string?)null);
        environment["NUGET_PACKAGES"] = Path.Combine(folder.FullName, "nuget");
        environment["DOTNET_CLI_HOME"] = Path.Combine(folder.FullName, "home");
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["UseSharedCompilation"] = "false";
        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_ROOT"] = Path.GetDirectoryName(Repository.DotNet) is { Length: > 0 } root ? root : null;
        return environment;
    }

    /// <returns>Its output.</returns>
    private async Task<string> DotNetAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.DotNet, arguments)
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment())
        {
            // What is packed here needs the packages of this machine; only what is made of that has a folder of its own.
            start.Environment[name] = name == "NUGET_PACKAGES" && arguments[0] == "pack" ? PackagesOfThisMachine : value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.That(process.ExitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{await output}{await errors}");
        return await output;
    }

    [GeneratedRegex(@"public: (http://\S+/)\n")]
    private static partial Regex PublicPort();

    [GeneratedRegex(@"\]\((?!https?:|#)[^)]*\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"^## (\d+\.\d+\.\d+\S*)", RegexOptions.Multiline)]
    private static partial Regex Heading();

    /// <summary>A file of NuGet.</summary>
    private sealed class Package(string path)
    {
        public IReadOnlyList<string> Dependencies => Names("dependency", "id");

        public IReadOnlyList<string> Frameworks => Names("frameworkReference", "name");

        /// <summary>The files that are its own, not NuGet's.</summary>
        public IReadOnlyList<string> Files =>
        [
            .. Use(zip => zip.Entries.Select(entry => entry.FullName).ToList())
                .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal)
                    && !name.StartsWith("package/", StringComparison.Ordinal) && !name.StartsWith('[') && !name.EndsWith(".nuspec", StringComparison.Ordinal)),
        ];

        public XElement? Metadata(string name) => Nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == name);

        public string Read(string file) => System.Text.Encoding.UTF8.GetString(Bytes(file));

        public IEnumerable<(string Name, byte[] Bytes)> Assemblies(string prefix) => Files
            .Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
            .Where(file => System.IO.Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal))
            .Select(file => (file, Bytes(file)));

        private XDocument Nuspec => XDocument.Parse(Read(NameOfNuspec).TrimStart('\uFEFF'));

        private string NameOfNuspec =>
            Use(zip => zip.Entries.Select(entry => entry.FullName).Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal)));

        private string[] Names(string element, string attribute) =>
            [.. Nuspec.Descendants().Where(one => one.Name.LocalName == element).Select(one => one.Attribute(attribute)!.Value)];

        private byte[] Bytes(string file) => Use(zip =>
        {
            using var content = new MemoryStream();
            using var entry = zip.GetEntry(file)!.Open();
            entry.CopyTo(content);
            return content.ToArray();
        });

        private T Use<T>(Func<ZipArchive, T> read)
        {
            using var zip = ZipFile.OpenRead(path);
            return read(zip);
        }
    }
}
