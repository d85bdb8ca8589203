namespace OfflineActions.Gateway.CatchUp;

/// <summary>Sync Gateway cannot be followed at the moment. The message says why, for an operator.</summary>
internal sealed class FeedUnavailableException(string reason, TimeSpan? retryAfter = null) : Exception(reason)
{
    /// <summary>How long Sync Gateway asked us to wait, if it did.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
