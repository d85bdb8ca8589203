using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.Tests.Echo;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Worker;

/// <summary>Which actions a worker takes, by its settings and by what the actions report.</summary>
public sealed class TakenActionsTests
{
    private static readonly ActionContract Person = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private readonly FakeLogger<TakenActions> log = new();

    [SetUp]
    public void ForgetLog() => log.Collector.Clear();

    [Test]
    public void Without_settings_a_worker_takes_all_that_it_can()
    {
        Assert.That(Take([]), Is.EqualTo(new[] { "person", "echo" }));
        Assert.That(Lines, Is.Empty);
    }

    [Test]
    public void An_action_with_an_obstacle_is_left_to_others_and_the_log_says_why_once()
    {
        Assert.That(Take([], echoObstacle: "there is no echo here."), Is.EqualTo(new[] { "person" }));
        Assert.That(Lines, Is.EqualTo(new[] { "This worker does not take echo: there is no echo here." }));
    }

    [Test]
    public void An_action_of_the_catalog_without_a_handler_is_named_unless_settings_leave_it_out([Values] bool isLeftOut)
    {
        Take(isLeftOut ? [("Worker:Actions:0", "person"), ("Worker:Actions:1", "echo")] : [], catalog: EchoCatalog.All);

        Assert.That(Lines, isLeftOut
            ? Is.Empty
            : Is.EqualTo(new[]
            {
                "No handler in this process performs image_text: add .AddAction<ImageTextRequested, YourHandler>() to AddWorkerActions in "
                    + "WorkerModule.cs, or list the actions that it is to take in Worker:Actions",
            }));
    }

    [Test]
    public void Settings_name_the_actions_in_any_case()
    {
        Assert.That(Take([("Worker:Actions:0", "Echo")], personObstacle: "broken."), Is.EqualTo(new[] { "echo" }));
        Assert.That(Lines, Is.EqualTo(new[] { "This worker takes only echo (Worker:Actions)" }));
    }

    [Test]
    public void A_name_that_no_action_has_is_an_error_that_lists_the_known_ones() => Assert.That(
        FindErrors([("Worker:Actions:0", "person"), ("Worker:Actions:1", "persons"), ("Worker:ConcurrencyByAction:image", "2")]),
        Is.EqualTo(new[]
        {
            "Worker:Actions names 'persons', which is no action of this worker: use person, echo.",
            "Worker:ConcurrencyByAction:image is no action of this worker: use person, echo.",
        }));

    [Test]
    public void An_action_that_is_named_and_has_an_obstacle_is_an_error() => Assert.That(
        FindErrors([("Worker:Actions:0", "echo")], echoObstacle: "there is no echo here."),
        Is.EqualTo(new[] { "Worker:Actions names echo, which this worker cannot perform: there is no echo here." }));

    [Test]
    public void A_worker_that_can_perform_nothing_is_an_error() => Assert.That(
        FindErrors([], personObstacle: "SWAPI is forbidden.", echoObstacle: "there is no echo here."),
        Is.EqualTo(new[] { "This worker can perform no action: person: SWAPI is forbidden. echo: there is no echo here." }));

    [TestCase("0")]
    [TestCase("1001")]
    public void A_concurrency_of_an_action_has_limits(string concurrency) => Assert.That(
        FindErrors([("Worker:ConcurrencyByAction:echo", concurrency)]), Is.EqualTo(new[] { "Worker:ConcurrencyByAction:echo must be from 1 to 1000." }));

    [Test]
    public void Settings_that_an_obstacle_depends_on_report_their_own_errors() => Assert.That(
        FindErrors([], failing: new OptionsValidationException("", typeof(object), ["Echo:Wall is missing."])),
        Is.EqualTo(new[] { "Echo:Wall is missing." }));

    [TestCase(null, null, false, 512)]
    [TestCase(null, 8, false, 8)]
    [TestCase("100", null, false, 100)]
    [TestCase("100", 8, false, 8)]
    [TestCase("4", 8, false, 4)]
    [TestCase(null, null, true, 0)]
    [TestCase("1", null, true, 1)]
    public void The_concurrency_is_the_actions_own_setting_within_what_the_handler_takes(
        string? byAction, int? maxConcurrency, bool computes, int expected)
    {
        var action = new WorkedAction(Person, typeof(LimitedHandler), null);
        using var services = CreateServices(
            byAction is null ? [] : [("Worker:ConcurrencyByAction:person", byAction)],
            ActionCatalog.Default,
            action,
            new LimitedHandler(maxConcurrency, computes));

        var limit = action.GetLimit(services, services.GetRequiredService<IOptions<WorkerOptions>>().Value);

        Assert.That(limit, Is.EqualTo(expected == 0 ? Environment.ProcessorCount : expected));
    }

    private IEnumerable<string> Lines => log.Collector.GetSnapshot().Select(line => line.Message);

    private string[] FindErrors(
        (string Key, string Value)[] settings, string? personObstacle = null, string? echoObstacle = null, Exception? failing = null) =>
        [.. Assert.Throws<OptionsValidationException>(() => Take(settings, personObstacle, echoObstacle, failing))!.Failures];

    private string[] Take(
        (string Key, string Value)[] settings,
        string? personObstacle = null,
        string? echoObstacle = null,
        Exception? failing = null,
        ActionCatalog? catalog = null)
    {
        var asked = 0;
        using var services = CreateServices(
            settings,
            catalog ?? new ActionCatalog(Person, EchoCatalog.Echo),
            new WorkedAction(Person, typeof(LimitedHandler), _ => personObstacle),
            new WorkedAction(EchoCatalog.Echo, typeof(EchoHandler), _ => ++asked > 1 ? "asked twice" : failing is null ? echoObstacle : throw failing));
        _ = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        var taken = services.GetRequiredService<TakenActions>();
        Assert.That(taken.All, Has.Count.GreaterThan(0));
        Assert.That(taken.Contains(Person), Is.EqualTo(taken.All.Any(action => action.Name == "person")));
        return [.. taken.All.Select(action => action.Name)];
    }

    private ServiceProvider CreateServices((string Key, string Value)[] settings, params object[] more)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddSingleton<ILogger<TakenActions>>(log);
        services.AddSection<WorkerOptions>(WorkerOptions.Section);
        services.AddSingleton<TakenActions>();
        services.AddSingleton<IValidateOptions<WorkerOptions>>(provider => provider.GetRequiredService<TakenActions>());
        foreach (var service in more)
        {
            services.AddSingleton(service.GetType(), service);
        }

        return services.BuildServiceProvider();
    }

    private sealed class LimitedHandler(int? maxConcurrency, bool computes) : IActionHandler
    {
        public IReadOnlyCollection<string> Inputs => [];

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public bool Computes => computes;

        public int? MaxConcurrency => maxConcurrency ?? (computes ? Environment.ProcessorCount : null);

        public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
