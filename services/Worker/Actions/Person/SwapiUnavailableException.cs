namespace OfflineActions.Worker.Actions.Person;

/// <summary>No instance of SWAPI gave a proper answer.</summary>
public sealed class SwapiUnavailableException(string message) : Exception(message)
{
    /// <summary>The shortest time that an instance asked us to wait, if one did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>False when every instance is known to refuse for a while, so that asking again at once is pointless.</summary>
    public bool IsWorthRetryingNow { get; init; }
}
