using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Benchmarks.Micro;

/// <summary>What the worker does with one document, apart from the network: read it, decide, and write its next revision.</summary>
[MemoryDiagnoser]
public class DocumentBenchmarks
{
    private static readonly ActionStates States = ActionCatalog.Default.GetByMessage<PersonRequested>().States;

    private static readonly JsonObject Result = new()
    {
        ["person"] = new JsonObject { ["id"] = 4, ["name"] = "Darth Vader", ["height"] = "202", ["mass"] = "136" },
    };

    private byte[] answer = [];

    [Params(200, 20_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare() => answer = SampleDocument.Bytes(Bytes);

    /// <summary>Reads the answer of Sync Gateway.</summary>
    [Benchmark]
    public bool Read() => DocumentTransitions.IsRequest(ReadDocument(), States, "1-a");

    /// <summary>Reads, adds the result, and writes the body of the PUT.</summary>
    [Benchmark]
    public int ReadAndWrite()
    {
        var document = ReadDocument();
        DocumentTransitions.SelectInputs(document, ["personId"]);
        return DocumentTransitions.ToSuccess(document, States, Result, DateTimeOffset.UnixEpoch).Body.ToBytes().Length;
    }

    // Reading may change the bytes, so each time gets a copy, as each answer is.
    private Document ReadDocument() =>
        ReadOutcome.From(new Reply.Answer(200, [.. answer]), "db", SampleDocument.Id, "the guest") is ReadOutcome.Found { Document: var document }
            ? document
            : throw new InvalidOperationException("The sample is not read.");
}
