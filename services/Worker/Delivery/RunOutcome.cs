namespace Worker.Delivery;

/// <summary>How one try at a request ended.</summary>
internal abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <summary>The document says the result, or asks for nothing (any more).</summary>
    /// <param name="Written">Whether this try wrote it.</param>
    public sealed record Finished(bool Written) : RunOutcome;

    /// <summary>Given up. The document says so, unless it could not be written at all.</summary>
    /// <param name="Code">A stable word for programs.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Revision">The revision in which the document says so; null when it does not.</param>
    /// <param name="MayPass">Whether it is what failed, rather than what was asked for, that ended it.</param>
    public sealed record Failed(string Code, string Reason, string? Revision, bool MayPass = false) : RunOutcome;

    /// <summary>To be tried again.</summary>
    /// <param name="Because">Whose doing it is.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Wait">How long to wait, at least, when somebody said so.</param>
    /// <param name="GivenUp">What is decided already, and only has to be written.</param>
    public sealed record Postponed(Cause Because, string Reason, TimeSpan? Wait = null, GivenUp? GivenUp = null) : RunOutcome;
}

/// <summary>Why a request was not concluded.</summary>
internal enum Cause
{
    /// <summary>The work failed, in a way that may pass. There are only so many tries.</summary>
    TheAction,

    /// <summary>The document could not be read or written. That is nobody's fault who asked, so it lasts as long as it lasts.</summary>
    TheStore,

    /// <summary>The document itself says: not yet.</summary>
    TheDocument,
}
