using System.CommandLine;
using System.Text.Json.Nodes;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters show</c>.</summary>
internal sealed class ShowCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;
    private readonly Option<bool> documentBody = new("--document-body") { Description = "the document too, as it is now: may be personal data" };

    public ShowCommand()
        : base("show", "show dead letters whole, headers and all, and leave them where they are")
    {
        options = SelectionOptions.AddChoiceTo(this);
        Add(documentBody);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "dead-letters show 79182a19-e628-8893-8f52-9f6adf5d6d6b",
        "dead-letters show --document my-document --document-body",
    ];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, selection) = (new Report(given), options.Read(given));
        var documents = given.GetValue(documentBody) ? settings.Documents : null;
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var walk = new DeadLetterScan(broker, options.Limit(given), report);
        await walk.RunAsync(
            selection,
            async letter =>
            {
                var document = documents is null ? null : await ReadAsync(documents, letter, cancellationToken);
                report.Tree(DeadLetterDump.Of(letter) with { Document = document });
                return false;
            },
            cancellationToken);
        return walk.FoundAll(selection) ? ExitCode.Success : ExitCode.Findings;
    }

    private static async Task<JsonNode> ReadAsync(SyncGatewayClient documents, DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!letter.NamesDocument)
        {
            return "the message names none";
        }

        return await documents.ReadAsync(letter.Reference.Keyspace, letter.Reference.DocumentId, cancellationToken) switch
        {
            ReadOutcome.Found { Document: var document } => new JsonObject { ["revision"] = document.Revision, ["body"] = document.Body },
            ReadOutcome.Missing => "missing",
            ReadOutcome.Deleted => "deleted",
            ReadOutcome.Unreadable unreadable => unreadable.Reason,
            ReadOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
            var unheardOf => throw new InvalidOperationException($"A read cannot end like this: {unheardOf}"),
        };
    }
}
