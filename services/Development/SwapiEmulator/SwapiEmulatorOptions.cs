using System.ComponentModel.DataAnnotations;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The configuration of an emulated SWAPI.</summary>
public sealed class SwapiEmulatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Emulators:Swapi";

    /// <summary>The IP address of both ports.</summary>
    [Required, IPAddressText]
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port of the API; 0 for any free port.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8090;

    /// <summary>The port for faults and statistics; 0 for any free port, null for none.</summary>
    [Range(0, 65535)]
    public int? ControlPort { get; init; } = 8091;

    /// <summary>Lists people as one JSON array without pages, as some public SWAPI instances do.</summary>
    public bool PlainList { get; init; }
}
