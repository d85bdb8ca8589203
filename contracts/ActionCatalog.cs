namespace OfflineActions.Contracts;

/// <summary>The actions of a system. Gateway, worker, operator, topology and telemetry read this list.</summary>
/// <param name="actions">The actions. No two have the same name or the same message.</param>
public sealed class ActionCatalog(params IReadOnlyList<ActionContract> actions)
{
    private readonly Dictionary<string, ActionContract> byRequest =
        actions.ToDictionary(action => action.States.Request, StringComparer.Ordinal);

    private readonly Dictionary<Type, ActionContract> byMessage = actions.ToDictionary(action => action.MessageType);

    /// <summary>Every action of this repository, one line each. Add a new action here.</summary>
    public static ActionCatalog Default { get; } = new(
        new ActionContract<PersonRequested>("person", "person-requested"),
        new ActionContract<ImageTextRequested>("image_text", "image-text-requested"));

    /// <summary>The actions, in the order in which they are listed.</summary>
    public IReadOnlyList<ActionContract> Actions { get; } = actions;

    /// <summary>The action that a document with this <c>action</c> value requests; null when there is none.</summary>
    public ActionContract? FindByRequest(string request) => byRequest.GetValueOrDefault(request);

    /// <summary>The action that <typeparamref name="TMessage"/> belongs to.</summary>
    /// <exception cref="ArgumentException">The message is not in this catalog.</exception>
    public ActionContract GetByMessage<TMessage>()
        where TMessage : ActionRequested => byMessage.GetValueOrDefault(typeof(TMessage))
            ?? throw new ArgumentException(
                $"{typeof(TMessage).Name} belongs to no action of the catalog: add its ActionContract to ActionCatalog.Default.");
}
