namespace OfflineActions.Gateway.CatchUp;

/// <summary>How catch-up of one keyspace is doing, for health and metrics; changes are logged once.</summary>
internal sealed class CatchUpState(string keyspace, ILogger log)
{
    private volatile string? problem = "it has not been read yet";
    private volatile bool isBrokerKnown;
    private bool isStandingBy;
    private bool isTroubleLogged;

    /// <summary>The keyspace.</summary>
    public string Keyspace => keyspace;

    /// <summary>Why it cannot go on; null while it can.</summary>
    public string? Problem => problem ?? (isBrokerKnown ? null : "it is not known yet whether the broker is the one it was");

    /// <summary>What is known of its requests; null while another gateway follows it.</summary>
    public OpenRequests? Requests { get; private set; }

    public void StartedFollowing(string since, OpenRequests requests)
    {
        Requests = requests;
        isStandingBy = false;
        log.CatchUpFollows(keyspace, since);
    }

    /// <summary>Whether the broker has been looked at: what is published before would not count.</summary>
    public bool IsBrokerKnown => isBrokerKnown;

    /// <summary>The broker has been looked at.</summary>
    public void BrokerChecked() => isBrokerKnown = true;

    public void StoppedFollowing() => Requests = null;

    public void StandingBy()
    {
        if (!isStandingBy)
        {
            isStandingBy = true;
            log.CatchUpStandsBy(keyspace);
        }
    }

    public void Failed(string reason)
    {
        if (problem != reason)
        {
            problem = reason;
            isTroubleLogged = true;
            log.CatchUpFailed(keyspace, reason);
        }
    }

    public void Recovered()
    {
        problem = null;
        if (isTroubleLogged)
        {
            isTroubleLogged = false;
            log.CatchUpRecovered(keyspace);
        }
    }
}
