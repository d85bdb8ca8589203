using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve;
using OfflineActions.ServiceDefaults.Telemetry;
using OfflineActions.SyncGateway;
using OfflineActions.WebClient;
using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Dev;

public sealed partial class ComposeConfigurationTests
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        [BusOptions.Section] = typeof(BusOptions),
        [GatewayOptions.Section] = typeof(GatewayOptions),
        [OperatorOptions.Section] = typeof(OperatorOptions),
        [SyncGatewayOptions.Section] = typeof(SyncGatewayOptions),
        [SwapiOptions.Section] = typeof(SwapiOptions),
        [SyncGatewayEmulatorOptions.Section] = typeof(SyncGatewayEmulatorOptions),
        [SwapiEmulatorOptions.Section] = typeof(SwapiEmulatorOptions),
        [WebClientOptions.Section] = typeof(WebClientOptions),
        [TelemetryOptions.Section] = typeof(TelemetryOptions),
    };

    [TestCase("docker-compose.yml")]
    [TestCase("deploy/dev/LocalSystem/SystemServices.cs")]
    public void Every_setting_exists_in_the_options_it_is_meant_for(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var settings = Setting().Matches(text).Select(match => match.Value.Replace("__", ":")).Distinct().ToList();

        Assert.That(settings, Has.Count.GreaterThanOrEqualTo(8));
        Assert.That(settings.Where(setting => !Exists(setting)), Is.Empty);
    }

    private static bool Exists(string setting) => Sections.Any(section =>
        setting.StartsWith(section.Key + ":", StringComparison.Ordinal)
        && section.Value.GetProperty(setting[(section.Key.Length + 1)..].Split(':')[0]) is not null);

    [GeneratedRegex(@"\b[A-Z]\w*?__\w+")]
    private static partial Regex Setting();
}
