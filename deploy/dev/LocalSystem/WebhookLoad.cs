using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>Sends webhooks to a gateway as Sync Gateway does, without a Sync Gateway.</summary>
/// <param name="gateway">Its address.</param>
/// <param name="password">Of the webhook user.</param>
internal sealed class WebhookLoad(Uri gateway, string password) : IDisposable
{
    /// <summary>How many webhooks are under way at the same time. Sync Gateway's own limit is 500.</summary>
    private const int InFlight = 64;

    private readonly HttpClient http = new()
    {
        BaseAddress = gateway,
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SystemServices.WebhookUser}:{password}"))),
        },
    };

    private int next;

    /// <summary>Sends webhooks of documents that do not exist, each with an id of its own, as fast as they are accepted.</summary>
    /// <exception cref="InvalidOperationException">One was not accepted.</exception>
    public Task<LoadResult> BurstAsync(int count, CancellationToken cancellationToken) => MeasureAsync(
        count,
        sendAsync => Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (number, token) => await sendAsync(number, token)));

    /// <summary>The same at a constant rate.</summary>
    /// <exception cref="InvalidOperationException">One was not accepted.</exception>
    public Task<LoadResult> PacedAsync(int count, int perSecond, CancellationToken cancellationToken) => MeasureAsync(
        count,
        sendAsync => ConstantRate.RunAsync(count, perSecond, number => sendAsync(number, cancellationToken), cancellationToken));

    /// <summary>Sends one webhook.</summary>
    /// <param name="document">Its body: the document as JSON.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was accepted.</returns>
    public async Task<bool> SendAsync(byte[] document, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(document) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await http.PostAsync("webhooks/sync-gateway/db", body, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public void Dispose() => http.Dispose();

    private async Task<LoadResult> MeasureAsync(int count, Func<Func<int, CancellationToken, Task>, Task> runAsync)
    {
        var times = new TimeSpan[count];
        var start = Stopwatch.GetTimestamp();
        await runAsync(async (number, cancellationToken) =>
        {
            var sent = Stopwatch.GetTimestamp();
            var document = $$"""{"_id":"webhook-{{Interlocked.Increment(ref next)}}","_rev":"1-{{number:x32}}","action":"person_request"}""";
            if (!await SendAsync(Encoding.UTF8.GetBytes(document), cancellationToken))
            {
                throw new InvalidOperationException("The gateway did not accept a webhook.");
            }

            times[number] = Stopwatch.GetElapsedTime(sent);
        });
        return LoadResult.From(Stopwatch.GetElapsedTime(start), times);
    }
}
