using System.Text.Json.Nodes;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>What an attempt keeps from one read of the document to the next.</summary>
/// <param name="turn">Its slot for reading and writing.</param>
/// <param name="span">Its span.</param>
internal sealed class Progress(Turn turn, AttemptSpan span)
{
    /// <summary>Its span.</summary>
    public AttemptSpan Span => span;

    /// <summary>Its slot for reading and writing.</summary>
    public Turn Turn => turn;

    /// <summary>The size of the document that was read last.</summary>
    public int DocumentBytes { get; set; }

    /// <summary>
    /// The revision that was read last; null when none was. It may be one after that of the message, with a note of the worker or an edit of
    /// the app, and is the one that the changes feed shows.
    /// </summary>
    public string? Revision { get; set; }

    /// <summary>What the handler returned; null before it ran.</summary>
    public PerformedAction? Performed { get; set; }

    /// <summary>The revision of which an attachment could not be read, because it has changed or is gone; null when there is none.</summary>
    public string? ChangedRevision { get; set; }

    /// <summary>The failure that is to be written; null when there is none. It names the revision that it holds for.</summary>
    public PendingFailure? PendingFailure { get; set; }
}

/// <summary>What the handler returned, and for which inputs.</summary>
internal sealed record PerformedAction(JsonObject Inputs, ActionResult Result);
