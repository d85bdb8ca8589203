using BenchmarkDotNet.Attributes;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.Messaging;

namespace OfflineActions.Benchmarks.Micro;

/// <summary>What the gateway does with one webhook before it publishes, and the message that it writes.</summary>
[MemoryDiagnoser]
public class WebhookBenchmarks
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private readonly string revision = SampleDocument.Revision;
    private byte[] body = [];
    private byte[] message = [];

    [Params(200, 20_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare() => (body, message) = (SampleDocument.Bytes(Bytes), WriteMessage());

    /// <summary>Reads the webhook and decides what it requests.</summary>
    [Benchmark]
    public string? ReadWebhook() => ChangedDocument.TryRead(body, out var document, out _)
        ? ActionCatalog.Default.FindByRequest(document.Request ?? "")?.Exchange
        : throw new InvalidOperationException("The sample is not read.");

    /// <summary>Writes the message, and its id.</summary>
    [Benchmark]
    public byte[] WriteMessage()
    {
        var requested = Action.CreateMessage("db", SampleDocument.Id, revision, DateTimeOffset.UnixEpoch);
        return requested.MessageId == Guid.Empty ? [] : MessageJson.Write(requested);
    }

    /// <summary>Reads the message.</summary>
    [Benchmark]
    public ActionRequested? ReadMessage() => MessageJson.Read(Action, message);
}
