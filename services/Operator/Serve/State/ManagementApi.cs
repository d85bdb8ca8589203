using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Tls;

namespace OfflineActions.Operator.Serve.State;

/// <summary>RabbitMQ's management API, which knows what AMQP does not tell: rates, and how many messages are with consumers.</summary>
internal sealed class ManagementApi : IDisposable
{
    private const string Columns = "name,messages_unacknowledged,message_stats.publish_details.avg_rate,message_stats.ack_details.avg_rate";

    /// <summary>In seconds. The rate of the last interval alone is 0 a moment after a burst.</summary>
    private const string RatesOver = "msg_rates_age=60&msg_rates_incr=5";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient? http;
    private readonly Uri[] queues = [];
    private int current;

    public ManagementApi(IOptions<OperatorOptions> page, IOptions<BusOptions> bus)
    {
        var broker = bus.Value.Address;
        var virtualHost = broker is null ? "/" : Uri.UnescapeDataString(broker.AbsolutePath is "/" or "" ? "/" : broker.AbsolutePath[1..]);
        if (page.Value.Management is not { } address || broker is null)
        {
            return;
        }

        var path = $"api/queues/{Uri.EscapeDataString(virtualHost)}?{RatesOver}&columns={Columns}";
        var nodes = (page.Value.ManagementNodes ?? []).OfType<Uri>().Prepend(address);
        queues = [.. nodes.Select(node => new Uri($"{node.AbsoluteUri.TrimEnd('/')}/{path}"))];
        var user = Uri.UnescapeDataString(broker.UserInfo is { Length: > 0 } given ? given : "guest:guest");
        http = new HttpClient(BrokerHttp.CreateHandler(bus.Value.Tls))
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout,
            MaxResponseContentBufferSize = 8_000_000,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user)));
    }

    /// <summary>Whether it is configured.</summary>
    public bool IsConfigured => http is not null;

    /// <summary>What it knows about each queue, by its name; null when it is not configured, or no node can be reached.</summary>
    public async Task<IReadOnlyDictionary<string, QueueRates>?> ReadAsync(CancellationToken cancellationToken)
    {
        var first = current;
        for (var attempt = 0; attempt < queues.Length; attempt++)
        {
            // The next look begins with the node that answered last.
            current = (first + attempt) % queues.Length;
            if (await ReadAsync(queues[current], cancellationToken) is { } rates)
            {
                return rates;
            }
        }

        return null;
    }

    public void Dispose() => http?.Dispose();

    private async Task<IReadOnlyDictionary<string, QueueRates>?> ReadAsync(Uri node, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await http!.GetFromJsonAsync<QueueRow[]>(node, JsonSerializerOptions.Web, cancellationToken) ?? [];
            return rows.ToDictionary(row => row.Name, row => new QueueRates(row.Held, row.Stats?.In?.Rate, row.Stats?.Out?.Rate), StringComparer.Ordinal);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

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
