using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Tls;

namespace OfflineActions.Operator.Serve.State;

/// <summary>
/// RabbitMQ's management API, which knows what AMQP does not tell: rates, how many messages are with consumers, and which nodes run.
/// </summary>
internal sealed class ManagementApi : IDisposable
{
    private const string Columns = "name,messages_unacknowledged,message_stats.publish_details.avg_rate,message_stats.ack_details.avg_rate";

    private const string Nodes = "api/nodes?columns=name,running,partitions";

    /// <summary>In seconds. The rate of the last interval alone is 0 a moment after a burst.</summary>
    private const string RatesOver = "msg_rates_age=60&msg_rates_incr=5";

    /// <summary>How long all nodes together have to answer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>After this time without an answer the next node is asked, too: a frozen one must not use up the time of the others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient? http;
    private readonly Uri[] nodes = [];
    private readonly string queues = "";
    private int current;

    public ManagementApi(IOptions<OperatorOptions> page, IOptions<BusOptions> bus)
    {
        var broker = bus.Value.Address;
        var virtualHost = broker is null ? "/" : Uri.UnescapeDataString(broker.AbsolutePath is "/" or "" ? "/" : broker.AbsolutePath[1..]);
        if (page.Value.Management is not { } address || broker is null)
        {
            return;
        }

        queues = $"api/queues/{Uri.EscapeDataString(virtualHost)}?{RatesOver}&columns={Columns}";
        nodes = [.. (page.Value.ManagementNodes ?? []).OfType<Uri>().Prepend(address)];
        var user = Uri.UnescapeDataString(broker.UserInfo is { Length: > 0 } given ? given : "guest:guest");
        http = new HttpClient(BrokerHttp.CreateHandler(bus.Value.Tls))
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"),
            MaxResponseContentBufferSize = 8_000_000,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }

    /// <summary>Whether it is configured.</summary>
    public bool IsConfigured => http is not null;

    /// <summary>What it knows about each queue, by its name; null when it is not configured, or no node can be reached.</summary>
    public async Task<IReadOnlyDictionary<string, QueueRates>?> ReadAsync(CancellationToken cancellationToken) =>
        (await ReadAsync<QueueRow>(queues, cancellationToken))?.ToDictionary(
            row => row.Name, row => new QueueRates(row.Held, row.Stats?.In?.Rate, row.Stats?.Out?.Rate), StringComparer.Ordinal);

    /// <summary>
    /// The nodes of the broker as the first one sees them that can be reached; null when none can, or when the user lacks the tag
    /// <c>monitoring</c>.
    /// </summary>
    public async Task<IReadOnlyList<BrokerNodeState>?> ReadNodesAsync(CancellationToken cancellationToken) =>
        (await ReadAsync<NodeRow>(Nodes, cancellationToken))?.Select(row => new BrokerNodeState(row.Name, row.IsRunning, row.Unseen ?? [])).ToArray();

    public void Dispose() => http?.Dispose();

    private async Task<T[]?> ReadAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        look.CancelAfter(Timeout);
        var (first, asked) = (current, new List<Task<Answer<T>?>>());
        Answer<T>? answer = null;
        for (var attempt = 0; attempt < nodes.Length && answer is null; attempt++)
        {
            asked.Add(TryReadAsync<T>((first + attempt) % nodes.Length, path, look.Token));
            answer = await FirstAsync(asked, attempt + 1 < nodes.Length ? Patience : Timeout, look.Token);
        }

        await look.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();

        // The next look begins with the node that answered last.
        current = answer?.Node ?? first;
        return answer?.Rows;
    }

    /// <summary>The first answer; null when none came in time, or when every node that was asked has failed.</summary>
    private static async Task<Answer<T>?> FirstAsync<T>(List<Task<Answer<T>?>> asked, TimeSpan time, CancellationToken cancellationToken)
        where T : class
    {
        var over = Task.Delay(time, cancellationToken);
        while (asked.Count > 0 && await Task.WhenAny([.. asked, over]) is Task<Answer<T>?> ended)
        {
            asked.Remove(ended);
            if (await ended is { } answer)
            {
                return answer;
            }
        }

        return null;
    }

    private async Task<Answer<T>?> TryReadAsync<T>(int node, string path, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var address = new Uri($"{nodes[node].AbsoluteUri.TrimEnd('/')}/{path}");
            return new(node, await http!.GetFromJsonAsync<T[]>(address, JsonSerializerOptions.Web, cancellationToken) ?? []);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException)
        {
            return null;
        }
    }

    private sealed record Answer<T>(int Node, T[] Rows);

    private sealed record NodeRow(
        string Name, [property: JsonPropertyName("running")] bool IsRunning, [property: JsonPropertyName("partitions")] string[]? Unseen);

    private sealed record QueueRow(
        string Name, [property: JsonPropertyName("messages_unacknowledged")] uint? Held, [property: JsonPropertyName("message_stats")] Stats? Stats);

    private sealed record Stats(
        [property: JsonPropertyName("publish_details")] Details? In, [property: JsonPropertyName("ack_details")] Details? Out);

    private sealed record Details([property: JsonPropertyName("avg_rate")] double? Rate);
}

/// <summary>What only the management API knows about a queue.</summary>
/// <param name="Held">Messages that consumers hold.</param>
/// <param name="In">Messages that came in, a second, on average over the last minute.</param>
/// <param name="Out">Messages that consumers were done with, a second, on average over the last minute.</param>
internal sealed record QueueRates(uint? Held, double? In, double? Out);

/// <summary>A node of the broker, as another one or it itself sees it.</summary>
/// <param name="Name">Its name, for example <c>rabbit@host</c>.</param>
/// <param name="IsRunning">Whether it runs and belongs to the cluster.</param>
/// <param name="Unseen">The nodes that it has lost and not taken back although they run: its side of a split. A node that does not run names none.</param>
internal sealed record BrokerNodeState(string Name, bool IsRunning, IReadOnlyList<string> Unseen);
