using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Worker.Processing;

/// <summary>How one try at a request ended.</summary>
internal abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <summary>The document says the result, or asks for nothing (any more).</summary>
    /// <param name="HasWritten">Whether this try wrote it.</param>
    public sealed record Completed(bool HasWritten) : RunOutcome;

    /// <summary>Given up. The document says so, unless it could not be written at all.</summary>
    /// <param name="Code">A stable word for programs.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Revision">The revision in which the document says so; null when it does not.</param>
    /// <param name="IsTransient">Whether it is what failed, rather than what was asked for, that ended it.</param>
    public sealed record Failed(string Code, string Reason, string? Revision, bool IsTransient = false) : RunOutcome
    {
        /// <summary>Moves the message to the error queue. The operator's replay uses the revision to see whether the document has changed since.</summary>
        public MessageFailedException ToException()
        {
            var headers = new Dictionary<string, string> { [FailureHeaders.Code] = Code };
            if (Revision is not null)
            {
                headers[FailureHeaders.Revision] = Revision;
            }

            return new MessageFailedException($"{Code}: {Reason}", headers);
        }
    }

    /// <summary>To be tried again.</summary>
    /// <param name="Cause">Whose doing it is.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Wait">How long to wait, at least, when somebody said so.</param>
    /// <param name="PendingFailure">What is decided already, and only has to be written.</param>
    public sealed record Deferred(DeferralCause Cause, string Reason, TimeSpan? Wait = null, PendingFailure? PendingFailure = null) : RunOutcome;
}

/// <summary>Why a request was not concluded.</summary>
internal enum DeferralCause
{
    /// <summary>The work failed, in a way that may pass. There are only so many tries.</summary>
    ActionFailed,

    /// <summary>The document could not be read or written. That is nobody's fault who asked, so it lasts as long as it lasts.</summary>
    StoreUnavailable,

    /// <summary>The document itself says: not yet.</summary>
    NotBefore,
}
