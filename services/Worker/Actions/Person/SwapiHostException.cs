namespace OfflineActions.Worker.Actions.Person;

/// <summary>One instance of SWAPI answered, but not properly.</summary>
internal sealed class SwapiHostException(string message, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the instance asked us to wait, if it did.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
