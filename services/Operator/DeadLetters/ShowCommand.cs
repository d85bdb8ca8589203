using System.CommandLine;
using System.Text.Json.Nodes;
using Operator.Broker;
using Operator.Output;
using SyncGateway;

namespace Operator.DeadLetters;

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
        SetAction(Run);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "dead-letters show 79182a19-e628-8893-8f52-9f6adf5d6d6b",
        "dead-letters show --document my-document --document-body",
    ];

    private async Task<int> Run(ParseResult given, CancellationToken cancelled)
    {
        using var settings = Settings.Read(given);
        var (report, selection) = (new Report(given), options.Read(given));
        var documents = given.GetValue(documentBody) ? settings.Documents : null;
        await using var broker = await BrokerConnection.Open(settings.Bus, cancelled);

        var walk = new Walk(broker, options.Limit(given), report);
        await walk.Run(
            selection,
            async letter =>
            {
                var document = documents is null ? null : await Read(documents, letter, cancelled);
                report.Tree(WholeLetter.Of(letter) with { Document = document });
                return false;
            },
            cancelled);
        return walk.FoundAll(selection) ? ExitCode.Fine : ExitCode.Found;
    }

    private static async Task<JsonNode> Read(SyncGatewayClient documents, DeadLetter letter, CancellationToken cancelled)
    {
        if (!letter.NamesDocument)
        {
            return "the message names none";
        }

        return await documents.Read(letter.Reference.Keyspace, letter.Reference.DocumentId, cancelled) switch
        {
            ReadOutcome.Found { Document: var document } => new JsonObject { ["revision"] = document.Revision, ["body"] = document.Body },
            ReadOutcome.Missing => "missing",
            ReadOutcome.Deleted => "deleted",
            ReadOutcome.Unreadable unreadable => unreadable.Reason,
            ReadOutcome.Unavailable unavailable => throw new UnavailableException(unavailable.Reason),
            ReadOutcome.Misconfigured misconfigured => throw new UnavailableException(misconfigured.Reason),
            var unheardOf => throw new InvalidOperationException($"A read cannot end like this: {unheardOf}"),
        };
    }
}
