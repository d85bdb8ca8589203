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
    public sealed record Failed(string Code, string Reason, string? Revision) : RunOutcome;

    /// <summary>To be tried again.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long the other side asked us to wait, if it did.</param>
    /// <param name="Counts">Whether this try is the action's failure, of which there may only be so many, or a fault of the documents' store.</param>
    public sealed record Postponed(string Reason, TimeSpan? RetryAfter, bool Counts) : RunOutcome;
}
