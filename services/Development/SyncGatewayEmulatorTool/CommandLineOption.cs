using System.Text;

namespace OfflineActions.Emulators;

/// <summary>When an option has an effect.</summary>
internal enum OptionUse
{
    Always,
    Emulator,
    Ports,
    Record,
    Replay,
    RecordOrReplay,
}

/// <summary>An option of the command line.</summary>
/// <param name="Names">Its names; the first is the one to write.</param>
/// <param name="Value">What its value is; null when it takes none.</param>
/// <param name="Use">When it has an effect.</param>
/// <param name="Description">What it does.</param>
/// <param name="Setting">The setting that it stands for, below the emulator's section; {0} is its number among those of its name.</param>
internal sealed record CommandLineOption(string[] Names, string? Value, OptionUse Use, string Description, string? Setting = null)
{
    public static readonly IReadOnlyList<CommandLineOption> All =
    [
        new(["--config", "-config"], "FILE", OptionUse.Emulator, "the configuration of a Sync Gateway 3.1", "ConfigurationFile"),
        new(["--address"], "IP", OptionUse.Ports, "where all ports listen; 127.0.0.1, or 0.0.0.0 for other machines", "Address"),
        new(["--public-port"], "PORT", OptionUse.Ports, "4984; 0 for any free port, as everywhere", "PublicPort"),
        new(["--admin-port"], "PORT", OptionUse.Ports, "4985", "AdminPort"),
        new(["--metrics-port"], "PORT", OptionUse.Emulator, "none; 4986 in a real Sync Gateway", "MetricsPort"),
        new(["--control-port"], "PORT", OptionUse.Emulator, "4987, for faults, statistics and restarts; 'none' for none", "ControlPort"),
        new(["--database"], "NAME", OptionUse.Emulator, "a database instead of 'db'; may be repeated", "Databases:{0}"),
        new(["--sync-function"], "JS", OptionUse.Emulator, "the sync function of the databases", "SyncFunction"),
        new(["--webhook"], "URL", OptionUse.Emulator, "where each change is posted; may be repeated", "Webhooks:{0}:Url"),
        new(["--cors-origin"], "ORIGIN", OptionUse.Emulator, "whose pages may call: http://localhost:3000, or '*'; may be repeated", "CorsOrigins:{0}"),
        new(["--record"], "FILE", OptionUse.Always, "write each request and its answer to a new file, until it is stopped"),
        new(["--keep-credentials"], null, OptionUse.Record, "record passwords, sessions and tokens as they are, not masked"),
        new(["--replay"], "FILE", OptionUse.Always, "send the recorded requests again, and print what is answered differently"),
        new(["--against"], "URL", OptionUse.RecordOrReplay, "the public port of a running Sync Gateway, to record or to compare"),
        new(["--against-admin"], "URL", OptionUse.RecordOrReplay, "its admin port; the one after its public port"),
        new(["--ca"], "FILE", OptionUse.RecordOrReplay, "the authority (PEM) that signed the certificate of an https address"),
        new(["--user"], "NAME:PASSWORD", OptionUse.Replay, "the password of a user who was not made in the recording; may be repeated"),
        new(["--ignore"], "WHAT", OptionUse.Replay, "do not compare: sequences, revisions, header:NAME, member:NAME; may be repeated"),
        new(["--patience"], "SECONDS", OptionUse.Replay, "how much longer than recorded an answer may take; 10"),
        new(["--help", "-h"], null, OptionUse.Always, "show this"),
        new(["--version"], null, OptionUse.Always, "show the version"),
    ];

    private static readonly string[] Lists = ["--database", "--webhook", "--cors-origin", "--user", "--ignore"];

    public bool IsList => Lists.Contains(Names[0]);

    /// <summary>When it has an effect, for messages.</summary>
    public string For => Use switch
    {
        OptionUse.Record => "for --record",
        OptionUse.Replay => "for --replay",
        OptionUse.RecordOrReplay => "for --record and --replay",
        OptionUse.Ports => "for what listens, not for --replay",
        _ => "for the emulator, not for --replay and --against",
    };

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help
    {
        get
        {
            var help = new StringBuilder("""
                An in-memory Couchbase Sync Gateway 3.1, for development and tests.

                Usage:
                  sync-gateway-emulator [--config FILE] [OPTION]...
                  sync-gateway-emulator --record FILE [--against URL] [OPTION]...
                  sync-gateway-emulator --replay FILE --against URL [OPTION]...

                Options:

                """);
            foreach (var option in All)
            {
                help.Append($"  {$"{option.Names[0]} {option.Value}",-24} {option.Description}\n");
            }

            return help.Append("""

                Every setting can be given as --Emulators:SyncGateway:NAME=VALUE, or in the environment as
                Emulators__SyncGateway__NAME=VALUE.

                Exit codes: 0 stopped, or all the same; 1 could not start, or something differs; 64 wrong arguments;
                65 damaged recording; 66 no such recording; 69 the Sync Gateway cannot be reached; 78 wrong settings.

                """).ToString();
        }
    }

    public static CommandLineOption Of(string name) => All.First(option => option.Names[0] == name);

    public static bool CanBeIgnored(string what) => what is "sequences" or "revisions"
        || (what.Split(':', 2) is ["header" or "member", { Length: > 0 }]);

    /// <summary>Whether it has an effect.</summary>
    public bool HasEffect(bool record, bool replay, bool against) => Use switch
    {
        OptionUse.Emulator => !replay && !against,
        OptionUse.Ports => !replay,
        OptionUse.Record => record,
        OptionUse.Replay => replay,
        OptionUse.RecordOrReplay => record || replay,
        _ => true,
    };
}
