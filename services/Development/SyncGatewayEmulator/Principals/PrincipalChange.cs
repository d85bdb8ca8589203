using System.Text;
using System.Text.Json;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Principals;

/// <summary>A new or changed user or role; null members keep their value.</summary>
internal sealed record PrincipalChange(string Name, bool IsUser)
{
    public string? Password { get; init; }

    /// <summary>Channels by collection; other collections keep theirs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? AdminChannels { get; init; }

    public IReadOnlyList<string>? AdminRoles { get; init; }

    public string? Email { get; init; }

    public bool? Disabled { get; init; }

    /// <summary>The channels in <c>all_channels</c>, which cannot be changed.</summary>
    public IReadOnlyList<string> AllChannels { get; init; } = [];

    /// <summary>The roles in <c>roles</c>, which cannot be changed.</summary>
    public IReadOnlyList<string> AllRoles { get; init; } = [];

    /// <summary>The collections in <c>collection_access</c> as <c>scope.collection</c>, with the names of the members of each.</summary>
    public IReadOnlyList<(string Name, IReadOnlySet<string> Members)> InCollections { get; init; } = [];

    /// <summary>The members of a collection in <c>collection_access</c> that cannot be changed.</summary>
    public static IReadOnlyList<string> ReadOnlyInCollections { get; } = ["all_channels", "jwt_channels", "jwt_last_updated"];

    /// <summary>Whether it has members that only an identity provider sets.</summary>
    public bool ChangesReadOnly { get; init; }

    /// <summary>Whether a user or a role may have the name: it has a letter or a number, and is text.</summary>
    public static bool IsName(string name) => Encoding.UTF8.GetByteCount(name) <= 239 && !name.AsSpan().ContainsAny("/:,\\`")
        && name.EnumerateRunes().Any(one => Rune.IsLetter(one) || Rune.IsNumber(one)) && !IsDamaged(name);

    /// <param name="json">The user or role.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isUser">Whether it is a user.</param>
    /// <param name="strict">Whether an unknown member is an error, as in a configuration.</param>
    /// <exception cref="FormatException">Not a valid user or role.</exception>
    public static PrincipalChange Read(JsonElement json, string name, bool isUser, bool strict = true)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("Bad JSON: a principal is an object");
        }

        var change = new PrincipalChange(name, isUser);
        foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            change = member.Name.ToLowerInvariant() switch
            {
                "password" => change with { Password = Text(member) },
                "admin_channels" => change.With(CollectionConfiguration.DefaultName, Texts(member)),
                "admin_roles" => change with { AdminRoles = Texts(member) },
                "email" => change with { Email = Text(member) is var email && (email.Length == 0 || IsEmail(email)) ? email : null },
                "disabled" => change with
                {
                    Disabled = member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                        ? member.Value.GetBoolean()
                        : throw Bad(member),
                },
                "collection_access" =>
                    ChannelsIn(member.Value).Aggregate(change with { InCollections = CollectionsIn(member.Value) }, (so, access) =>
                        so.With(access.Collection, access.Channels)),
                "jwt_issuer" => change with { ChangesReadOnly = true },
                "jwt_roles" or "jwt_channels" when Texts(member).Count > 0 => change with { ChangesReadOnly = true },
                "all_channels" => change with { AllChannels = Texts(member) },
                "roles" => change with { AllRoles = Texts(member) },
                "name" or "jwt_roles" or "jwt_channels" or "jwt_last_updated" => change,
                _ when !strict => change,
                _ => throw new FormatException($"Bad JSON: unknown field {GoText.Quote(member.Name)}"),
            };
        }

        return change;
    }

    /// <summary>Whether this changes anything of a user or role. A password always does.</summary>
    public bool Changes(Role present) =>
        Password is not null
        || (AdminChannels?.Any(pair => !pair.Value.ToHashSet().SetEquals(present.AdminChannelsIn(pair.Key).Keys)) ?? false)
        || (present is User user
            && ((AdminRoles is not null && !AdminRoles.ToHashSet().SetEquals(user.AdminRoles.Keys))
                || (Email is not null && Email != (user.Email ?? ""))
                || (Disabled is { } disabled && disabled != user.Disabled)));

    public User Apply(User user, long sequence) => user with
    {
        PasswordHash = Password is null ? user.PasswordHash : User.HashPassword(Password),
        AdminChannels = Since(user, sequence),
        AdminRoles = Since(user.AdminRoles, AdminRoles, sequence),
        Email = Email ?? user.Email,
        Disabled = Disabled ?? user.Disabled,
        Sequence = sequence,
    };

    public Role Apply(Role role, long sequence) => role with
    {
        AdminChannels = Since(role, sequence),
        Sequence = sequence,
    };

    private PrincipalChange With(string collection, IReadOnlyList<string> channels) => this with
    {
        AdminChannels = new Dictionary<string, IReadOnlyList<string>>(AdminChannels ?? new Dictionary<string, IReadOnlyList<string>>()) { [collection] = channels },
    };

    private Dictionary<string, IReadOnlyDictionary<string, long>> Since(Role before, long sequence)
    {
        var now = new Dictionary<string, IReadOnlyDictionary<string, long>>(before.AdminChannels);
        foreach (var (collection, channels) in AdminChannels ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            now[collection] = Since(before.AdminChannelsIn(collection), channels, sequence);
        }

        return now;
    }

    private static IReadOnlyDictionary<string, long> Since(
        IReadOnlyDictionary<string, long> before, IReadOnlyList<string>? now, long sequence) =>
        now is null ? before : now.Distinct().ToDictionary(name => name, name => before.GetValueOrDefault(name, sequence));

    /// <summary><c>{"scope":{"collection":{"admin_channels":[…]}}}</c>; other shapes are ignored.</summary>
    private static IEnumerable<(string Collection, IReadOnlyList<string> Channels)> ChannelsIn(JsonElement scopes) =>
        from scope in Members(scopes)
        from collection in Members(scope.Value)
        from member in Members(collection.Value)
        where member.Name == "admin_channels"
        select ($"{scope.Name}.{collection.Name}", Texts(member));

    private static IReadOnlyList<(string Name, IReadOnlySet<string> Members)> CollectionsIn(JsonElement scopes) =>
    [
        .. from scope in Members(scopes)
           from collection in Members(scope.Value)
           let members = Members(collection.Value).Where(member => member.Value.ValueKind != JsonValueKind.Null)
           let names = members.Select(member => member.Name).ToHashSet(StringComparer.OrdinalIgnoreCase)
           select ($"{scope.Name}.{collection.Name}", (IReadOnlySet<string>)names),
    ];

    /// <summary>Sync Gateway leaves out what is none, and reports no error.</summary>
    private static bool IsEmail(string text) => text.Split('@') is [{ Length: > 0 }, { Length: > 0 }];

    /// <summary>Whether it holds bytes that are no text (<see cref="ByteText"/>).</summary>
    private static bool IsDamaged(string text)
    {
        for (var at = 0; at < text.Length; at += char.IsSurrogatePair(text, at) ? 2 : 1)
        {
            if (char.IsSurrogate(text[at]) && !char.IsSurrogatePair(text, at))
            {
                return true;
            }
        }

        return false;
    }

    private static JsonProperty[] Members(JsonElement json) => json.ValueKind == JsonValueKind.Object ? [.. json.EnumerateObject()] : [];

    private static string Text(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw Bad(member);

    private static IReadOnlyList<string> Texts(JsonProperty member) =>
        member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. member.Value.EnumerateArray().Select(one => one.GetString()!)]
            : throw Bad(member);

    private static FormatException Bad(JsonProperty member) => new($"Bad JSON: wrong kind of value for \"{member.Name}\"");
}
