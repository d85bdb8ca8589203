using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OfflineActions.Emulators.Replay;

namespace OfflineActions.Emulators;

/// <summary>The arguments of the process.</summary>
internal sealed class CommandLine
{
    private const string Section = SyncGatewayEmulatorOptions.Section + ":";

    private static readonly string[] Addresses = ["--against", "--against-admin"];

    private readonly Dictionary<string, List<string>> given = [];
    private readonly List<string> settings = [];
    private readonly List<string> errors = [];

    private CommandLine(string[] arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            var parts = arguments[index].Split('=', 2);
            var option = CommandLineOption.All.FirstOrDefault(option => option.Names.Contains(parts[0]));
            if (option is null && parts is [var setting, _] && setting.StartsWith("--Emulators:", StringComparison.OrdinalIgnoreCase))
            {
                settings.Add(arguments[index]);
            }
            else if (option is null)
            {
                errors.Add($"{parts[0]} is not known");
            }
            else
            {
                Add(option, parts, arguments, ref index);
            }
        }

        Check();
    }

    /// <summary>What is wrong with the arguments.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>The arguments that are settings of the emulator.</summary>
    public string[] Settings => [.. settings];

    public bool Help => Has("--help");

    public bool Version => Has("--version");

    /// <summary>The file to record to.</summary>
    public string? Record => Find("--record");

    /// <summary>The recording to replay.</summary>
    public string? Replay => Find("--replay");

    public bool KeepCredentials => Has("--keep-credentials");

    /// <summary>The public port of a running Sync Gateway.</summary>
    public Uri? Against => UrlOf("--against");

    /// <summary>The admin port of a running Sync Gateway: the one after its public port, unless it is given.</summary>
    public Uri? AgainstAdmin => UrlOf("--against-admin") ?? (Against is { } url ? new UriBuilder(url) { Port = url.Port + 1 }.Uri : null);

    /// <summary>The authorities that may have signed the certificate of a Sync Gateway; null for those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities => Find("--ca") is { } file ? AuthoritiesIn(file) : null;

    public ReplayOptions ReplayOptions => new(
        Against!,
        AgainstAdmin!,
        All("--user").Select(user => user.Split(':', 2)).ToDictionary(user => user[0], user => user[1]),
        All("--ignore").Select(one => one.StartsWith("header:", StringComparison.Ordinal) ? one.ToLowerInvariant() : one).ToHashSet(),
        TimeSpan.FromSeconds(double.Parse(Find("--patience") ?? "10", CultureInfo.InvariantCulture)))
    {
        Authorities = Authorities,
    };

    public static CommandLine Parse(string[] arguments) => new(arguments);

    private void Add(CommandLineOption option, string[] parts, string[] arguments, ref int index)
    {
        if (option.Value is null && parts.Length > 1)
        {
            errors.Add($"{parts[0]} takes no value");
            return;
        }

        if (option.Value is not null && parts.Length == 1 && index + 1 == arguments.Length)
        {
            errors.Add($"{parts[0]} needs a value: {option.Value}");
            return;
        }

        var value = option.Value is null ? "" : parts.Length > 1 ? parts[1] : arguments[++index];
        var values = given.TryGetValue(option.Names[0], out var there) ? there : given[option.Names[0]] = [];
        if (values.Count > 0 && !option.IsList && option.Value is not null)
        {
            errors.Add($"{option.Names[0]} may be given only once");
        }

        if (option.Setting is { } setting)
        {
            var name = string.Format(CultureInfo.InvariantCulture, setting, values.Count);
            settings.Add($"--{Section}{name}={(value == "none" ? "" : value)}");
        }

        values.Add(value);
    }

    private void Check()
    {
        if (Record is not null && Replay is not null)
        {
            errors.Add("--record and --replay exclude each other");
        }

        if (Replay is not null && !Has("--against"))
        {
            errors.Add("--replay needs --against URL: the Sync Gateway to compare with the recording");
        }

        errors.AddRange(given.Keys.Select(CommandLineOption.Of)
            .Where(option => !option.HasEffect(Record is not null, Replay is not null, Has("--against")))
            .Select(option => $"{option.Names[0]} has no effect here: it is {option.For}"));

        errors.AddRange(Addresses.Where(name => Has(name) && UrlOf(name) is null)
            .Select(name => $"{name}: '{Find(name)}' is not an address like http://127.0.0.1:4984"));
        if (Find("--ca") is { } authorities && AuthoritiesIn(authorities) is null)
        {
            errors.Add($"--ca: '{authorities}' is not a file with a certificate (PEM)");
        }

        errors.AddRange(All("--user").Where(user => !user.Contains(':', StringComparison.Ordinal))
            .Select(user => $"--user: '{user}' is not NAME:PASSWORD"));
        errors.AddRange(All("--ignore").Where(ignored => !CommandLineOption.CanBeIgnored(ignored))
            .Select(ignored => $"--ignore: '{ignored}' is none of sequences, revisions, header:NAME, member:NAME"));
        if (Find("--patience") is { } patience
            && !(double.TryParse(patience, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && seconds is > 0 and <= 86_400))
        {
            errors.Add($"--patience: '{patience}' is not a number of seconds from 0 to 86400");
        }
    }

    private static X509Certificate2Collection? AuthoritiesIn(string file)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(file);
            return found.Count > 0 ? found : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }

    private bool Has(string name) => given.ContainsKey(name);

    private List<string> All(string name) => given.GetValueOrDefault(name) ?? [];

    private string? Find(string name) => All(name).FirstOrDefault();

    private Uri? UrlOf(string name) =>
        Uri.TryCreate(Find(name), UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") && url.AbsolutePath == "/"
            ? url
            : null;
}
