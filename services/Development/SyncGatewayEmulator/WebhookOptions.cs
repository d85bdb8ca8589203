using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>One receiver of document changes.</summary>
public sealed class WebhookOptions
{
    /// <summary>Where each change is posted. A user and password in it become a Basic <c>Authorization</c> header.</summary>
    [Required, AbsoluteUrl]
    public required string Url { get; init; }

    /// <summary>JavaScript <c>function(doc, oldDoc)</c>; only what it answers <c>true</c> to is posted. None: everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Seconds until an answer is no longer waited for; 0 waits for ever.</summary>
    [Range(0, int.MaxValue)]
    public int Timeout { get; init; } = 60;

    /// <summary>The database whose changes are posted.</summary>
    public string Database { get; init; } = "db";

    /// <summary>Leaves out writes that do not change which revision wins.</summary>
    public bool WinningRevOnly { get; init; }
}
