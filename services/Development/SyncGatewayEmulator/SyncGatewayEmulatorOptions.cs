using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>How the emulated Sync Gateway is set up.</summary>
public sealed class SyncGatewayEmulatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Emulators:SyncGateway";

    /// <summary>The IP address all its ports listen on.</summary>
    [Required, IPAddressText]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Another IP address for the clients' port.</summary>
    [IPAddressText]
    public string? PublicAddress { get; init; }

    /// <summary>Another IP address for the administrators' port.</summary>
    [IPAddressText]
    public string? AdminAddress { get; init; }

    /// <summary>The clients' port; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int PublicPort { get; init; } = 4984;

    /// <summary>The administrators' port; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int AdminPort { get; init; } = 4985;

    /// <summary>Another IP address for the metrics' port.</summary>
    [IPAddressText]
    public string? MetricsAddress { get; init; }

    /// <summary>The metrics' port, 4986 in a real one; 0 takes a free one, null has none.</summary>
    [Range(0, 65535)]
    public int? MetricsPort { get; init; }

    /// <summary>The port of faults, statistics and restarts, which no real Sync Gateway has; 0 takes a free one, null has none.</summary>
    [Range(0, 65535)]
    public int? ControlPort { get; init; } = 4987;

    /// <summary>The names of its databases; none means one, <c>db</c>.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>The collections of each of its databases as <c>scope.collection</c>, all in one scope; none means the default one only.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>Who is told of changes.</summary>
    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>How many events are delivered at the same time.</summary>
    [Range(1, 100_000)]
    public int MaxProcesses { get; init; } = 500;

    /// <summary>Milliseconds that a writer waits for room in a full event queue.</summary>
    [Range(0, 60_000)]
    public int WaitForProcess { get; init; } = 100;

    /// <summary>Whether the public port is open to requests without credentials.</summary>
    public bool Guest { get; init; } = true;

    /// <summary>Names and passwords that the public port takes; these users see every document.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>The JavaScript sync function of its databases; null for the usual one, which puts a document in its own <c>channels</c>.</summary>
    public string? SyncFunction { get; init; }

    /// <summary>
    /// A configuration file of a real Sync Gateway (3.1's single-file form). Its databases, users, sync functions and event handlers
    /// then take the place of the ones here; the ports stay these, except that the process takes the file's unless told otherwise.
    /// </summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>How many revisions of a document are remembered.</summary>
    [Range(1, 10_000)]
    public int RevisionsLimit { get; init; } = 50;

    /// <summary>
    /// The largest body of a document, in bytes. Null for any, as a real one in memory takes it; one with Couchbase Server takes 20971520.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? LargestDocument { get; init; }

    /// <summary>Whether a replicated write may add a second live branch.</summary>
    public bool AllowConflicts { get; init; }
}
