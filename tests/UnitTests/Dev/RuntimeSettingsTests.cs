using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class RuntimeSettingsTests
{
    private const string SpinLimit = "System.Threading.ThreadPool.UnfairSemaphoreSpinLimit";
    private const string ServerCollector = "System.GC.Server";
    private const string Profiling = "System.Runtime.TieredPGO";

    [TestCase("Gateway")]
    [TestCase("Worker")]
    [TestCase("Operator")]
    [TestCase("WebClient")]
    public void A_program_for_production_does_not_spin_has_one_heap_and_compiles_without_profiles(string service)
    {
        var settings = Settings(service);

        Assert.That((int?)settings[SpinLimit], Is.Zero);
        Assert.That((bool?)settings[ServerCollector], Is.False);
        Assert.That((bool?)settings[Profiling], Is.False);
    }

    [TestCase("SwapiEmulator", true, null)]
    [TestCase("SyncGatewayEmulatorTool", false, false)]
    public void An_emulator_spins_and_has_the_heaps_and_profiles_that_its_project_says(string emulator, bool hasManyHeaps, bool? profiles)
    {
        var settings = Settings(emulator);

        Assert.That(settings[SpinLimit], Is.Null);
        Assert.That((bool?)settings[ServerCollector], Is.EqualTo(hasManyHeaps));
        Assert.That((bool?)settings[Profiling], Is.EqualTo(profiles));
    }

    private static JsonNode Settings(string service) =>
        JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(Repository.Program(service), ".runtimeconfig.json")))!
            ["runtimeOptions"]!["configProperties"]!;
}
