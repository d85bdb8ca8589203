using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker;

/// <summary>
/// Decides which actions this worker takes: those that <c>Worker:Actions</c> names, else all that have no obstacle. An action that is named and
/// has an obstacle is a configuration error, and so is a worker that can take none. Actions of the catalog without a handler are logged.
/// </summary>
internal sealed class TakenActions : IValidateOptions<WorkerOptions>
{
    private readonly WorkedAction[] actions;
    private readonly Lazy<Dictionary<WorkedAction, string>> obstacles;
    private readonly Lazy<IReadOnlyList<WorkedAction>> taken;

    public TakenActions(IEnumerable<WorkedAction> actions, ActionCatalog catalog, IServiceProvider services, ILogger<TakenActions> log)
    {
        this.actions = [.. actions];
        obstacles = new(() => FindObstacles(services));
        // Not injected, because this class validates them.
        taken = new(() => Select(services.GetRequiredService<IOptions<WorkerOptions>>().Value, catalog, log));
    }

    /// <summary>The actions that this worker takes. What it does not take, and why, is logged once.</summary>
    /// <exception cref="OptionsValidationException">The configuration has errors.</exception>
    public IReadOnlyList<WorkedAction> All => taken.Value;

    /// <summary>Whether this worker takes an action.</summary>
    /// <exception cref="OptionsValidationException">The configuration has errors.</exception>
    public bool Contains(ActionContract contract) => All.Any(action => action.Contract == contract);

    public ValidateOptionsResult Validate(string? name, WorkerOptions options)
    {
        string[] errors = [.. FindErrors(options)];
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> FindErrors(WorkerOptions options)
    {
        var known = string.Join(", ", actions.Select(action => action.Name));
        foreach (var unknown in (options.Actions ?? []).Where(name => Find(name) is null))
        {
            yield return $"Worker:Actions names '{unknown}', which is no action of this worker: use {known}.";
        }

        foreach (var (name, concurrency) in options.ConcurrencyByAction)
        {
            if (Find(name) is null)
            {
                yield return $"Worker:ConcurrencyByAction:{name} is no action of this worker: use {known}.";
            }
            else if (concurrency is < 1 or > WorkerOptions.MaxConcurrency)
            {
                yield return $"Worker:ConcurrencyByAction:{name} must be from 1 to {WorkerOptions.MaxConcurrency}.";
            }
        }

        foreach (var error in FindObstacleErrors(options))
        {
            yield return error;
        }
    }

    private IReadOnlyList<string> FindObstacleErrors(WorkerOptions options)
    {
        Dictionary<WorkedAction, string> found;
        try
        {
            found = obstacles.Value;
        }
        catch (OptionsValidationException error)
        {
            // What looks for the obstacle needs settings, and those have errors.
            return [.. error.Failures];
        }

        return options.Actions is { Count: > 0 } named
            ? [.. found.Where(obstacle => named.Any(obstacle.Key.HasName)).Select(obstacle =>
                $"Worker:Actions names {obstacle.Key.Name}, which this worker cannot perform: {obstacle.Value}")]
            : found.Count > 0 && found.Count == actions.Length
                ? ["This worker can perform no action: " + string.Join(" ", found.Select(obstacle => $"{obstacle.Key.Name}: {obstacle.Value}"))]
                : [];
    }

    private WorkedAction[] Select(WorkerOptions options, ActionCatalog catalog, ILogger log)
    {
        if (options.Actions is { Count: > 0 } named)
        {
            WorkedAction[] chosen = [.. actions.Where(action => named.Any(action.HasName))];
            if (chosen.Length < actions.Length)
            {
                log.TakesOnly(string.Join(", ", chosen.Select(action => action.Name)));
            }

            return chosen;
        }

        foreach (var (action, obstacle) in obstacles.Value)
        {
            log.NotTaken(action.Name, obstacle);
        }

        foreach (var contract in catalog.Actions.Where(contract => actions.All(action => action.Contract != contract)))
        {
            log.NoHandler(contract.States.Name, contract.MessageType.Name);
        }

        return [.. actions.Where(action => !obstacles.Value.ContainsKey(action))];
    }

    private WorkedAction? Find(string name) => actions.FirstOrDefault(action => action.HasName(name));

    private Dictionary<WorkedAction, string> FindObstacles(IServiceProvider services) => actions
        .Select(action => (Action: action, Obstacle: action.FindObstacle?.Invoke(services)))
        .Where(found => found.Obstacle is not null)
        .ToDictionary(found => found.Action, found => found.Obstacle!);
}

/// <summary>An action that the code of this worker can perform.</summary>
/// <param name="Contract">The action.</param>
/// <param name="HandlerType">The class that performs it.</param>
/// <param name="FindObstacle">Finds why this worker cannot perform it; null when nothing can be in the way.</param>
internal sealed record WorkedAction(ActionContract Contract, Type HandlerType, Func<IServiceProvider, string?>? FindObstacle)
{
    /// <summary>Its name, for example <c>person</c>.</summary>
    public string Name => Contract.States.Name;

    /// <summary>Whether a setting means this action.</summary>
    public bool HasName(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>How many of its messages are processed at the same time.</summary>
    public int GetLimit(IServiceProvider services, WorkerOptions options) => Math.Min(
        options.ConcurrencyByAction.GetValueOrDefault(Name, options.Concurrency),
        ((IActionHandler)services.GetRequiredService(HandlerType)).MaxConcurrency ?? int.MaxValue);
}

internal static partial class TakenActionsLog
{
    [LoggerMessage(2013, LogLevel.Warning, "This worker does not take {Action}: {Obstacle}")]
    public static partial void NotTaken(this ILogger log, string action, string obstacle);

    [LoggerMessage(2017, LogLevel.Warning,
        "No handler in this process performs {Action}: add .AddAction<{Message}, YourHandler>() to AddWorkerActions in WorkerModule.cs, or list "
        + "the actions that it is to take in Worker:Actions")]
    public static partial void NoHandler(this ILogger log, string action, string message);

    [LoggerMessage(2014, LogLevel.Information, "This worker takes only {Actions} (Worker:Actions)")]
    public static partial void TakesOnly(this ILogger log, string actions);
}
