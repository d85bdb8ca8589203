using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>A webhook: where and when document changes are posted.</summary>
public sealed class WebhookOptions
{
    /// <summary>The URL that changes are posted to. User and password in it are sent as a Basic <c>Authorization</c> header.</summary>
    [Required, AbsoluteUrl]
    public required string Url { get; init; }

    /// <summary>
    /// JavaScript <c>function(doc, oldDoc)</c>: a change is posted when it returns <c>true</c>. Null: every change is posted.
    /// </summary>
    public string? Filter { get; init; }

    /// <summary>The request timeout in seconds; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public int Timeout { get; init; } = 60;

    /// <summary>The database whose changes are posted.</summary>
    public string Database { get; init; } = "db";

    /// <summary>Posts only writes whose revision becomes the winner.</summary>
    public bool WinningRevOnly { get; init; }
}
