using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Operator.Serve;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Dev;

public sealed partial class ComposeConfigurationTests
{
    private static readonly OptionSections Sections = new(
        typeof(GatewayOptions).Assembly,
        typeof(WorkerOptions).Assembly,
        typeof(OperatorOptions).Assembly,
        typeof(WebClientOptions).Assembly,
        typeof(SyncGatewayEmulatorOptions).Assembly,
        typeof(SwapiEmulatorOptions).Assembly);

    [TestCase("docker-compose.yml")]
    [TestCase("deploy/dev/LocalSystem/SystemServices.cs")]
    public void Every_setting_exists_in_the_options_it_is_meant_for(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, file));
        var settings = Setting().Matches(text).Select(match => match.Value).Distinct().ToList();

        Assert.That(settings, Has.Count.GreaterThanOrEqualTo(8));
        Assert.That(settings.Where(setting => !Sections.Has(setting)), Is.Empty);
    }

    [GeneratedRegex(@"\b[A-Z]\w*?__\w+")]
    private static partial Regex Setting();
}
