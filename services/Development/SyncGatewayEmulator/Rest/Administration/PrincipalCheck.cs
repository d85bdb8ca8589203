using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>What Sync Gateway checks before it saves a user or a role, in its order.</summary>
internal static class PrincipalCheck
{
    /// <param name="database">The database.</param>
    /// <param name="change">The change.</param>
    /// <param name="add">Whether the user or role must be new.</param>
    /// <exception cref="HttpError">
    /// 400: a name is invalid, a password is too short, or a member is read-only. 404: no such collection. 409: it exists.
    /// 500: a role without a name.
    /// </exception>
    public static void Check(Database database, PrincipalChange change, bool add)
    {
        // The guest has no name.
        var isGuest = change.Name.Length == 0 || change.Name == User.GuestName;
        if (!isGuest && !PrincipalChange.IsName(change.Name))
        {
            throw new HttpError(400, $"invalid name {GoText.Quote(change.Name)}");
        }

        if (isGuest && !change.IsUser)
        {
            throw new HttpError(500, "Internal error: UpdatePrincipal: cannot create principal with empty name");
        }

        var exists = isGuest || (change.IsUser
            ? database.Principals.FindUser(change.Name) is not null
            : database.Principals.FindRole(change.Name) is not null);
        if (exists && add)
        {
            throw new HttpError(409, "Already exists");
        }

        CheckPassword(database, change, exists, isGuest);
        CheckReadOnly(database, change);
        CheckCollections(database, change);
        CheckGrants(change);
    }

    private static void CheckPassword(Database database, PrincipalChange change, bool exists, bool isGuest)
    {
        var failed = exists ? "Error updating user/role: " : "Error creating user: ";
        if (change.IsUser && !isGuest && !database.Configuration.AllowEmptyPassword
            && (change.Password is { Length: 0 } || (change.Password is null && !exists)))
        {
            throw new HttpError(400, failed + "Empty passwords are not allowed ");
        }

        if (change.IsUser && change.Password is { Length: 1 or 2 })
        {
            throw new HttpError(400, failed + "Passwords must be at least three 3 characters");
        }
    }

    private static void CheckReadOnly(Database database, PrincipalChange change)
    {
        var principals = database.Principals;
        var channels = change.IsUser ? principals.OwnChannelsOf(change.Name).Keys
            : principals.FindRole(change.Name) is { } role
                ? principals.ChannelsOf(role, CollectionConfiguration.DefaultName).Keys.Append("!")
                : ["!"];
        if (change.AllChannels.Count > 0 && !change.AllChannels.ToHashSet().SetEquals(channels))
        {
            throw new HttpError(400, "all_channels is read-only");
        }

        var roles = change.IsUser ? principals.FindAccess(change.Name)?.Roles.Keys ?? [] : [];
        if (change.IsUser && change.AllRoles.Count > 0 && !change.AllRoles.ToHashSet().SetEquals(roles))
        {
            throw new HttpError(400, "roles is read-only");
        }
    }

    private static void CheckCollections(Database database, PrincipalChange change)
    {
        foreach (var (collection, members) in change.InCollections)
        {
            var keyspace = $"{database.Name}.{collection}";
            if (database.Find(keyspace) is null)
            {
                throw new HttpError(404, $"keyspace specified in collection_access ({keyspace}) not found");
            }

            if (PrincipalChange.ReadOnlyInCollections.FirstOrDefault(members.Contains) is { } member)
            {
                throw new HttpError(400, $"collection_access.{member} is read-only");
            }
        }
    }

    private static void CheckGrants(PrincipalChange change)
    {
        var channels = change.AdminChannels?.GetValueOrDefault(CollectionConfiguration.DefaultName) ?? [];
        if (channels.Order(StringComparer.Ordinal).FirstOrDefault(IsNoChannel) is { } channel)
        {
            throw new HttpError(400, $"Illegal channel name {GoText.Quote(channel)}");
        }

        if (change.AdminRoles?.Order(StringComparer.Ordinal).FirstOrDefault(IsNoRole) is { } role)
        {
            throw new HttpError(400, $"Invalid role name {GoText.Quote(role)}");
        }

        static bool IsNoChannel(string name) => name.Length == 0 || name.Contains(',', StringComparison.Ordinal);

        static bool IsNoRole(string name) => name.Length > 0 && !PrincipalChange.IsName(name);
    }
}
