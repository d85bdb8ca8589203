using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.Options;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>The options that select dead letters, the same for every command.</summary>
internal sealed class SelectionOptions
{
    private const int DefaultLimit = 1_000;

    private readonly Argument<string[]> ids = new("ID")
    {
        Description = "message ids, as list shows them",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> document = new("--document") { Description = "only those of this document", HelpName = "document id" };
    private readonly Option<string?> reason = new("--reason")
    {
        Description = "only those with this failure code, for example person_not_found, or with this text in their failure's text",
        HelpName = "text",
    };

    private readonly Option<TimeSpan?> olderThan = DurationOption.Create("--older-than", "only those that failed longer ago than this");
    private readonly Option<TimeSpan?> newerThan = DurationOption.Create("--newer-than", "only those that failed more recently than this");
    private readonly Option<string?> queue = new("--queue") { Description = "only those in this kind of queue" };
    private readonly Option<int> limit = new("--limit")
    {
        Description = "how many messages of each queue to look at, the oldest first",
        DefaultValueFactory = _ => DefaultLimit,
    };

    private readonly Option<bool> all = new("--all") { Description = "all that the other options select" };

    private readonly ActionCatalog actions;
    private readonly bool isRequired;

    private SelectionOptions(Command command, ActionCatalog actions, bool isRequired)
    {
        (this.actions, this.isRequired) = (actions, isRequired);
        if (isRequired)
        {
            command.Add(ids);
            command.Add(all);
            command.Validators.Add(given =>
            {
                var isNamed = given.GetValue(ids) is { Length: > 0 } || given.GetValue(document) is not null;
                if (isNamed == given.GetValue(all))
                {
                    given.AddError("Give either IDs, --document, or --all (which the other options narrow).");
                }
            });
        }

        queue.AcceptOnlyFromAmong(DeadLetterQueue.ErrorKind, DeadLetterQueue.SkippedKind);
        limit.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && given.GetValue(limit) < 1)
            {
                given.AddError("--limit takes a whole number above 0.");
            }
        });
        foreach (var option in new Option[] { document, reason, olderThan, newerThan, queue, limit })
        {
            command.Add(option);
        }
    }

    /// <summary>Adds the options to a command that selects all dead letters by default.</summary>
    public static SelectionOptions AddTo(Command command, ActionCatalog actions) => new(command, actions, isRequired: false);

    /// <summary>Adds the options to a command that needs a selection: ids, a document, or <c>--all</c>.</summary>
    public static SelectionOptions AddRequiredTo(Command command, ActionCatalog actions) => new(command, actions, isRequired: true);

    public Selection Read(ParseResult given) => new()
    {
        Queues = [.. actions.Actions.SelectMany(action => DeadLetterQueue.Find(action, given.GetValue(queue)))],
        Limit = given.GetValue(limit),
        Ids = Selection.CreateIds(isRequired ? given.GetValue(ids) ?? [] : []),
        Document = given.GetValue(document),
        Reason = given.GetValue(reason),
        OlderThan = given.GetValue(olderThan),
        NewerThan = given.GetValue(newerThan),
    };
}
