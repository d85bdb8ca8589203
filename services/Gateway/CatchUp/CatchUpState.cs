namespace OfflineActions.Gateway.CatchUp;

/// <summary>The state of catch-up of one keyspace, for health and metrics. Logs each change once.</summary>
internal sealed class CatchUpState(string keyspace, ILogger log)
{
    private volatile string? problem = "its changes feed has not been read yet";
    private volatile bool areQueuesKnown;
    private bool isStandingBy;
    private bool isProblemLogged;

    /// <summary>The keyspace.</summary>
    public string Keyspace => keyspace;

    /// <summary>Why catch-up does not work; null while it does.</summary>
    public string? Problem => problem ?? (areQueuesKnown || isStandingBy ? null : "the broker has not been checked yet");

    /// <summary>Its open requests; null while another gateway follows it.</summary>
    public OpenRequests? Requests { get; private set; }

    public void StartedFollowing(string since, OpenRequests requests)
    {
        Requests = requests;
        isStandingBy = false;
        log.CatchUpFollows(keyspace, since);
    }

    /// <summary>Whether the broker has been checked. Nothing is published before: it would be published again after the check.</summary>
    public bool AreQueuesKnown
    {
        get => areQueuesKnown;
        set => areQueuesKnown = value;
    }

    public void StoppedFollowing() => Requests = null;

    public void StoodBy()
    {
        if (!isStandingBy)
        {
            isStandingBy = true;
            log.CatchUpStandsBy(keyspace);
        }

        Recovered();
    }

    /// <summary>The lease cannot be asked for now.</summary>
    public void NoLease(string reason) => Failed("the lease is not available: " + reason);

    public void Failed(string reason)
    {
        if (problem != reason)
        {
            problem = reason;
            isProblemLogged = true;
            log.CatchUpFailed(keyspace, reason);
        }
    }

    public void Recovered()
    {
        problem = null;
        if (isProblemLogged)
        {
            isProblemLogged = false;
            log.CatchUpRecovered(keyspace);
        }
    }
}
