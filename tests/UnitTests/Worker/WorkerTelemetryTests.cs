using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WorkerTelemetryTests : IDisposable
{
    private static readonly DateTimeOffset Requested = DateTimeOffset.Parse("2026-01-31T08:00:00Z");

    private readonly IHost host = WorkerHost.Create(
        new Uri("http://127.0.0.1:9"), services => services.AddSingleton<IActionHandler>(new NamingHandler()));

    private WorkerTelemetry Telemetry => host.Services.GetRequiredService<WorkerTelemetry>();

    public void Dispose() => host.Dispose();

    [Test]
    public void A_code_is_shown_if_the_worker_or_a_handler_names_it_and_any_text_of_an_app_is_not()
    {
        using var completed = Collect<long>("offline_actions.requests.completed");

        Fail("named_by_the_handler");
        Fail(FailureCodes.WriteRefused);
        Fail("");
        Fail("chosen by an app, 0001");

        Assert.That(
            completed.GetMeasurementSnapshot().Where(measured => measured.Value > 0).Select(measured => measured.Tags["error.type"]),
            Is.EqualTo(new[] { "named_by_the_handler", "write_refused", "_OTHER", "_OTHER" }));
    }

    [Test]
    public void Every_code_of_the_worker_is_known()
    {
        var codes = typeof(FailureCodes).GetFields().Where(field => field.IsLiteral).Select(field => (string?)field.GetRawConstantValue());

        Assert.That(new FailureCodes([]).Labels, Is.EquivalentTo(codes.Append("_OTHER")));
    }

    [TestCase(null, 3_605)]
    [TestCase("2026-01-31T07:00:00Z", 3_605)]
    [TestCase("2026-01-31T09:00:00Z", 5)]
    public void A_request_takes_the_time_since_it_was_seen_or_its_later_notBefore(string? notBefore, double seconds)
    {
        using var duration = Collect<double>("offline_actions.request.duration");

        Record(new RunOutcome.Completed(HasWritten: true), notBefore is null ? null : DateTimeOffset.Parse(notBefore));

        Assert.That(duration.LastMeasurement?.Value, Is.EqualTo(seconds));
    }

    [TestCase(null, 3_605)]
    [TestCase("2026-01-31T09:00:00Z", 5)]
    public void The_operator_page_is_told_the_same_time(string? notBefore, double seconds)
    {
        DateTimeOffset? time = notBefore is null ? null : DateTimeOffset.Parse(notBefore);
        Record(new RunOutcome.Completed(HasWritten: true), time);
        Record(new RunOutcome.Failed("code", "reason", Revision: null), time);
        Record(new RunOutcome.Completed(HasWritten: false), time);
        Record(new RunOutcome.Deferred(DeferralCause.TransientFailure, "reason"), time);

        var recent = Telemetry.DescribeRecent(ActionCatalog.Default.GetByMessage<PersonRequested>());

        Assert.That((recent.DoneInMinute, recent.FailedInMinute), Is.EqualTo((1, 1)));
        Assert.That((recent.FirstBucket, recent.Durations.Single()), Is.EqualTo((DurationBuckets.Find(seconds), 2)));
    }

    [Test]
    public void The_buckets_of_durations_reach_from_ten_milliseconds_to_hours_and_have_the_objective()
    {
        using var duration = Collect<double>("offline_actions.request.duration");
        Record(new RunOutcome.Completed(HasWritten: true), notBefore: null);

        var buckets = ((Histogram<double>)duration.Instrument!).Advice!.HistogramBucketBoundaries!;

        Assert.That(buckets, Is.Ordered.And.Contains(60.0));
        Assert.That((buckets[0], buckets[^1]), Is.EqualTo((0.01, 21_600.0)));
    }

    [Test]
    public void Why_a_request_was_deferred_is_one_of_a_few_words()
    {
        using var attempts = Collect<long>("offline_actions.attempts");

        foreach (var cause in Enum.GetValues<DeferralCause>())
        {
            Record(new RunOutcome.Deferred(cause, "a text with an id, 0001"), notBefore: null);
        }

        Assert.That(
            attempts.GetMeasurementSnapshot().Select(measured => (measured.Tags["outcome"], measured.Tags["reason"])),
            Is.EqualTo(new (object?, object?)[]
            {
                ("deferred", "transient_failure"), ("deferred", "sync_gateway_unavailable"),
                ("deferred", "forbidden"), ("deferred", "not_before"),
            }));
    }

    private void Fail(string code) => Record(new RunOutcome.Failed(code, "reason", Revision: null), notBefore: null);

    private void Record(RunOutcome outcome, DateTimeOffset? notBefore)
    {
        var contract = ActionCatalog.Default.GetByMessage<PersonRequested>();
        var message = contract.CreateMessage("db", "d", "1-a", Requested);
        var attempt = new Attempt(contract.States, message, new NamingHandler(), Number: 1, IsLast: true);
        using var span = AttemptSpan.Start(attempt);
        Telemetry.Record(attempt, outcome, notBefore, Requested.AddSeconds(3_605), span);
    }

    private MetricCollector<T> Collect<T>(string name)
        where T : struct => new(host.Services.GetRequiredService<IMeterFactory>(), "OfflineActions.Worker", name);

    private sealed class NamingHandler : IActionHandler
    {
        public IReadOnlyCollection<string> Inputs => [];

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public IReadOnlyCollection<string> FailureCodes => ["named_by_the_handler"];

        public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("It is not called.");
    }
}
