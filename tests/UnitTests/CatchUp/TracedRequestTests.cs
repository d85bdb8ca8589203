using CsCheck;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>An open request keeps what its trace needs, in few bytes.</summary>
public sealed class TracedRequestTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.Zero, TimeSpan.FromHours(2), MaxOpen: 10);

    private static readonly Gen<DateTimeOffset?> Time = Gen.Frequency(
        (1, Gen.Const((DateTimeOffset?)null)),
        (3, Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Select(ticks => (DateTimeOffset?)new DateTimeOffset(ticks, TimeSpan.Zero))));

    private static readonly Gen<TraceContext?> Trace = Gen.Frequency(
        (1, Gen.Const((TraceContext?)null)),
        (3, Gen.Select(
            Gen.ULong, Gen.ULong[1, ulong.MaxValue], (high, low) => TraceContext.Parse($"00-{high:x16}{low:x16}-{low:x16}-01"))));

    [Test]
    public void The_origin_of_a_request_comes_back_as_it_was() => Gen.Select(Trace, Time).Sample((trace, writtenAt) =>
    {
        var origin = trace is null && writtenAt is null ? null : new RequestOrigin(trace, writtenAt);
        using var open = new OpenRequests("0", new PublishedRequests(10), Limits);
        open.Add([new RequestRow("d", "1-a", Action, NotBefore: null, origin)], "1", TimeSpan.Zero, isBacklog: false);

        var request = open.TakeCandidates(open.CountCandidates().Single(), most: 1).Single();

        return request.Origin == origin && request.DocumentId == "d" && request.Revision == "1-a";
    });
}
