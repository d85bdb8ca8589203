using System.CommandLine;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>The options by which dead letters are chosen, the same for every command.</summary>
internal sealed class SelectionOptions
{
    private const int DefaultLimit = 1_000;

    private readonly Argument<string[]> ids = new("ID") { Description = "the ids of messages, as list shows them", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> document = new("--document") { Description = "those of this document", HelpName = "document id" };
    private readonly Option<string?> reason = new("--reason")
    {
        Description = "those with this reason code, like person_not_found, or with this text in their reason",
        HelpName = "text",
    };

    private readonly Option<TimeSpan?> olderThan = Duration.Option("--older-than", "those given up longer ago than this");
    private readonly Option<TimeSpan?> newerThan = Duration.Option("--newer-than", "those given up less long ago than this");
    private readonly Option<string?> queue = new("--queue") { Description = "only the queue for failed, or for not understood messages" };
    private readonly Option<int> limit = new("--limit")
    {
        Description = "how many messages of each queue to look at, the oldest first",
        DefaultValueFactory = _ => DefaultLimit,
    };

    private readonly Option<bool> all = new("--all") { Description = "all of them, or all that the other options leave" };

    private readonly bool mayNameIds;
    private readonly bool mustChoose;

    private SelectionOptions(Command command, bool mayNameIds, bool mustChoose)
    {
        (this.mayNameIds, this.mustChoose) = (mayNameIds, mustChoose);
        if (mayNameIds)
        {
            command.Add(ids);
        }

        if (mustChoose)
        {
            command.Add(all);
            command.Validators.Add(given =>
            {
                var named = given.GetValue(ids) is { Length: > 0 } || given.GetValue(document) is not null;
                if (named == given.GetValue(all))
                {
                    given.AddError("Say which: either IDs (or --document), or --all, which the other options narrow.");
                }
            });
        }

        queue.AcceptOnlyFromAmong("error", "skipped");
        limit.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && given.GetValue(limit) < 1)
            {
                given.AddError("--limit takes a number above 0.");
            }
        });
        foreach (var option in new Option[] { document, reason, olderThan, newerThan, queue, limit })
        {
            command.Add(option);
        }
    }

    /// <summary>For a command that shows all of them when nothing narrows it.</summary>
    public static SelectionOptions AddTo(Command command) => new(command, mayNameIds: false, mustChoose: false);

    /// <summary>For a command that must be told which.</summary>
    public static SelectionOptions AddChoiceTo(Command command) => new(command, mayNameIds: true, mustChoose: true);

    public int Limit(ParseResult given) => given.GetValue(limit);

    public Selection Read(ParseResult given) => new()
    {
        Ids = mayNameIds ? given.GetValue(ids) ?? [] : [],
        Document = given.GetValue(document),
        Reason = given.GetValue(reason),
        OlderThan = given.GetValue(olderThan),
        NewerThan = given.GetValue(newerThan),
        Ending = given.GetValue(queue) switch { "error" => DeadLetterQueue.Error, "skipped" => DeadLetterQueue.Skipped, _ => null },
    };
}
