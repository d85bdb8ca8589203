using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.Pausing;

/// <summary><c>pause</c>.</summary>
internal sealed class PauseCommand : Command, IHasExamples
{
    private readonly ActionCatalog actions;
    private readonly Argument<string> action;
    private readonly Option<string> reason = new("--reason")
    {
        Description = $"why, for everybody who sees the pause; at most {ActionPause.MaxText} characters",
        HelpName = "text",
        Required = true,
    };

    private readonly Option<string> by = new("--by")
    {
        Description = "who pauses it (default: the user of this machine)",
        HelpName = "name",
        DefaultValueFactory = _ => $"{Environment.UserName} on {Environment.MachineName}",
    };

    public PauseCommand(ActionCatalog actions)
        : base("pause", "let workers take no more messages of an action, until it is resumed")
    {
        this.actions = actions;
        action = ActionArgument.Create(actions);
        reason.Validators.Add(given =>
        {
            if (given.Tokens is [var text, ..] && PauseText.FindError(text.Value) is { } error)
            {
                given.AddError(error);
            }
        });
        Add(action);
        Add(reason);
        Add(by);
        SetAction(RunAsync);
    }

    public string Details => """
        Workers stop within about a second. What they hold is finished; everything else waits in the queue, and requests are still accepted.
        The pause is in the broker: it survives restarts of workers, gateways and the broker. An action that is paused already stays as it is.
        """;

    public IReadOnlyList<string> Examples { get; } = ["pause person --reason \"SWAPI is being moved\"", "pause person --reason upgrade --by anna --json"];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, contract) = (new Report(given), actions.FindAction(given.GetValue(action))!);
        await using var broker = await settings.OpenBrokerForPausingAsync(cancellationToken);

        var (pause, isNew) = await PauseSwitch.PauseAsync(
            broker, contract.Queues, PauseText.Create(given.GetValue(by)!, given.GetValue(reason)!, TimeProvider.System), cancellationToken);
        report.WriteRow(
            PauseRow.From(contract, pause, isNew),
            isNew
                ? $"{contract.States.Name} is paused. Workers stop taking its messages within about a second."
                : $"{contract.States.Name} is paused already, {pause}. Nothing was changed.");
        return ExitCode.Success;
    }
}

/// <summary><c>resume</c>.</summary>
internal sealed class ResumeCommand : Command, IHasExamples
{
    private readonly ActionCatalog actions;
    private readonly Argument<string> action;

    public ResumeCommand(ActionCatalog actions)
        : base("resume", "let workers take the messages of a paused action again")
    {
        this.actions = actions;
        action = ActionArgument.Create(actions);
        Add(action);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } = ["resume person"];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, contract) = (new Report(given), actions.FindAction(given.GetValue(action))!);
        await using var broker = await settings.OpenBrokerForPausingAsync(cancellationToken);

        var ended = await PauseSwitch.ResumeAsync(broker, contract.Queues, cancellationToken);
        report.WriteRow(
            PauseRow.From(contract, null, ended is not null),
            ended is null ? $"{contract.States.Name} is not paused. Nothing was changed." : $"{contract.States.Name} is resumed. It was paused {ended}.");
        return ExitCode.Success;
    }
}

/// <summary>The argument that names an action.</summary>
internal static class ActionArgument
{
    public static Argument<string> Create(ActionCatalog actions)
    {
        var argument = new Argument<string>("ACTION") { Description = "the action, for example person" };
        argument.AcceptOnlyFromAmong([.. actions.Actions.Select(action => action.States.Name)]);
        return argument;
    }
}

/// <summary>Whether an action is paused.</summary>
/// <param name="Action">The action.</param>
/// <param name="Paused">Whether it is.</param>
/// <param name="Since">Since when, in UTC; null when unknown, or not paused.</param>
/// <param name="By">Who paused it; null when unknown, or not paused.</param>
/// <param name="Reason">Why; null when unknown, or not paused.</param>
/// <param name="Changed">Whether that was changed now; null when it was only looked at.</param>
internal sealed record PauseRow(string Action, bool Paused, DateTimeOffset? Since, string? By, string? Reason, bool? Changed)
{
    public static PauseRow From(ActionContract contract, ActionPause? pause, bool? changed = null) =>
        new(contract.States.Name, pause is not null, pause?.Since, pause?.By, pause?.Reason, changed);
}
