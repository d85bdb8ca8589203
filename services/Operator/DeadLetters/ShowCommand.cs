using System.CommandLine;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Operator.Output;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters show</c>.</summary>
internal sealed class ShowCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;
    private readonly Option<bool> documentBody = new("--document-body")
    {
        Description = "add the document as it is now; it may contain personal data",
    };

    public ShowCommand(ActionCatalog actions)
        : base("show", "show complete dead letters with their headers and remove none")
    {
        options = SelectionOptions.AddRequiredTo(this, actions);
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
        var report = new Report(given);
        var documents = given.GetValue(documentBody) ? settings.Documents : null;
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);

        var scan = new DeadLetterScan(broker, options.Read(given), report.WriteWarning);
        await scan.RunAsync(
            async letter =>
            {
                var document = documents is null ? null : await ReadAsync(documents, letter, cancellationToken);
                report.WriteJson(DeadLetterDump.From(letter) with { Document = document });
                return false;
            },
            cancellationToken);
        return scan.CheckAllFound() ? ExitCode.Success : ExitCode.Findings;
    }

    /// <summary>The document of a letter as it is now, or why it cannot be shown.</summary>
    /// <exception cref="UnavailableException">Sync Gateway cannot be used.</exception>
    public static async Task<JsonNode> ReadAsync(SyncGatewayClient documents, DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!letter.HasDocument)
        {
            return "the message refers to no document";
        }

        return await documents.ReadAsync(letter.Request.Keyspace, letter.Request.DocumentId, cancellationToken) switch
        {
            ReadOutcome.Found { Document: var document } => new JsonObject { ["revision"] = document.Revision, ["body"] = document.Body.ToJsonObject() },
            ReadOutcome.Missing => "missing",
            ReadOutcome.Deleted => "deleted",
            ReadOutcome.Unreadable unreadable => unreadable.Reason,
            ReadOutcome.Unavailable { IsForbidden: true, Cause: var cause } => cause.Reason,
            ReadOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
            var unknown => throw new InvalidOperationException($"Unknown read outcome: {unknown}"),
        };
    }
}
