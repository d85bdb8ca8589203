using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>How the emulated SWAPI is set up.</summary>
public sealed class SwapiEmulatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Emulators:Swapi";

    /// <summary>The IP address its ports listen on.</summary>
    [Required, IPAddressText]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The API's port; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8090;

    /// <summary>The port of faults and statistics; 0 takes a free one, null has none.</summary>
    [Range(0, 65535)]
    public int? ControlPort { get; init; } = 8091;

    /// <summary>Lists people as a bare array without pages, as some public instances do.</summary>
    public bool PlainList { get; init; }
}
