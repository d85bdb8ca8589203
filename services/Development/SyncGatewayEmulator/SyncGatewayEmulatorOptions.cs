using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The configuration of an emulated Sync Gateway.</summary>
public sealed record SyncGatewayEmulatorOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Emulators:SyncGateway";

    /// <summary>
    /// Free ports instead of the usual ones, for tests that run side by side: <c>SyncGatewayEmulatorOptions.OnFreePorts with { … }</c>.
    /// </summary>
    public static SyncGatewayEmulatorOptions OnFreePorts { get; } = new() { PublicPort = 0, AdminPort = 0, ControlPort = 0 };

    /// <summary>The IP address of all ports.</summary>
    [Required, IPAddressText]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The IP address of the public port, when it differs from <see cref="Address"/>.</summary>
    [IPAddressText]
    public string? PublicAddress { get; init; }

    /// <summary>The IP address of the admin port, when it differs from <see cref="Address"/>.</summary>
    [IPAddressText]
    public string? AdminAddress { get; init; }

    /// <summary>The public port; 0 for any free port.</summary>
    [Range(0, 65535)]
    public int PublicPort { get; init; } = 4984;

    /// <summary>The admin port; 0 for any free port.</summary>
    [Range(0, 65535)]
    public int AdminPort { get; init; } = 4985;

    /// <summary>The IP address of the metrics port, when it differs from <see cref="Address"/>.</summary>
    [IPAddressText]
    public string? MetricsAddress { get; init; }

    /// <summary>The metrics port, 4986 in a real Sync Gateway; 0 for any free port, null for none.</summary>
    [Range(0, 65535)]
    public int? MetricsPort { get; init; }

    /// <summary>
    /// The port for faults, statistics and restarts, which a real Sync Gateway does not have; 0 for any free port, null for none.
    /// </summary>
    [Range(0, 65535)]
    public int? ControlPort { get; init; } = 4987;

    /// <summary>The names of the databases; <c>db</c> when empty.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>The collections of each database as <c>scope.collection</c>, all in one scope; the default collection when empty.</summary>
    public IReadOnlyList<string> Collections { get; init; } = [];

    /// <summary>The webhooks.</summary>
    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>The maximum number of webhook events delivered concurrently (<c>max_processes</c>).</summary>
    [Range(1, 100_000)]
    public int MaxProcesses { get; init; } = 500;

    /// <summary>Milliseconds that a write waits while the event queue is full (<c>wait_for_process</c>).</summary>
    [Range(0, 60_000)]
    public int WaitForProcess { get; init; } = 100;

    /// <summary>Whether the public port accepts requests without credentials.</summary>
    public bool Guest { get; init; } = true;

    /// <summary>Users of the public port, name and password; they see every document.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Origins whose pages may call the public port from a browser and log in, for example <c>http://localhost:3000</c>, or <c>*</c>.
    /// They may send <c>Content-Type</c> and <c>Authorization</c>.
    /// </summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>The JavaScript sync function of all databases; null for the default, <c>channel(doc.channels)</c>.</summary>
    public string? SyncFunction { get; init; }

    /// <summary>
    /// A configuration file of a real Sync Gateway (the single-file form of 3.1). Its databases, users, sync functions and event handlers
    /// replace those set here. Its interfaces apply only to the process, and only without settings for address and port.
    /// </summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>The number of revisions kept of each branch of a document (<c>revs_limit</c>).</summary>
    [Range(1, 10_000)]
    public int RevisionsLimit { get; init; } = 50;

    /// <summary>
    /// The largest document body in bytes: 20971520 with Couchbase Server. Null for no limit, as with in-memory storage.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? LargestDocument { get; init; }

    /// <summary>Whether a replicated write may add a second branch that is not deleted (<c>allow_conflicts</c>).</summary>
    public bool AllowConflicts { get; init; }

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Databases.Distinct().Count() < Databases.Count)
        {
            yield return new("a name is there twice.", [nameof(Databases)]);
        }

        var names = Collections.Select(collection => collection.Split('.')).ToList();
        if (names.Exists(parts => parts is not [{ Length: > 0 }, { Length: > 0 }])
            || names.Select(parts => parts[0]).Distinct().Count() > 1)
        {
            yield return new("each must be 'scope.collection', all in one scope.", [nameof(Collections)]);
        }
    }
}
