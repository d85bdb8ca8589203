using System.Globalization;
using System.Text.Json;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;

namespace OfflineActions.Emulators.Rest;

/// <summary>Users and roles, for administrators.</summary>
internal static class PrincipalResource
{
    public static Task UsersAsync(RequestContext context)
    {
        // With a bucket in memory, Sync Gateway has only the names.
        var namesOnly = context.Query("name_only") is null or "true";
        if (!namesOnly)
        {
            throw new HttpError(400, "Use of name_only=false not supported when database has use_views=true");
        }

        return long.TryParse(context.Query("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? throw new HttpError(400, "Use of limit only supported when name_only=false")
            : context.ReplyAsync(200, new Utf8Buffer().Texts(context.Database.Principals.UserNames).Memory);
    }

    public static Task RolesAsync(RequestContext context) =>
        context.ReplyAsync(200, new Utf8Buffer().Texts(context.Database.Principals.RoleNames).Memory);

    public static Task AddUserAsync(RequestContext context) => PutAsync(context, isUser: true, add: true);

    public static Task AddRoleAsync(RequestContext context) => PutAsync(context, isUser: false, add: true);

    public static Task PutUserAsync(RequestContext context) => PutAsync(context, isUser: true, add: false);

    public static Task PutRoleAsync(RequestContext context) => PutAsync(context, isUser: false, add: false);

    public static Task GetUserAsync(RequestContext context)
    {
        var access = context.Database.Principals.FindAccess(context.Name) ?? throw new HttpError(404, "missing");
        var user = access.User;
        var output = Begin(context, user, collection => context.Database.Principals.FindAccess(user.Name, collection)!.Channels.Keys)
            .Append(",\"email\":"u8).Text(user.Email ?? "")
            .Append(user.Disabled ? ",\"disabled\":true"u8 : ",\"disabled\":false"u8);
        _ = user.AdminRoles.Count > 0 ? output.Append(",\"admin_roles\":"u8).Texts(Sorted(user.AdminRoles.Keys)) : output;
        output.Append(",\"all_channels\":"u8).Texts(Sorted(access.Channels.Keys));
        _ = access.Roles.Count > 0 ? output.Append(",\"roles\":"u8).Texts(Sorted(access.Roles.Keys)) : output;
        return context.ReplyAsync(200, output.Append((byte)'}').Memory);
    }

    public static Task GetRoleAsync(RequestContext context)
    {
        var role = context.Database.Principals.FindRole(context.Name) ?? throw new HttpError(404, "missing");

        // Without a content type, as in Sync Gateway.
        return context.StreamAsync(Begin(context, role, Channels)
            .Append(",\"all_channels\":"u8).Texts(Sorted(Channels(CollectionConfiguration.DefaultName))).Append((byte)'}').Memory);

        IEnumerable<string> Channels(string collection) => context.Database.Principals.ChannelsOf(role, collection).Keys.Append("!");
    }

    public static Task DeleteUserAsync(RequestContext context)
    {
        if (context.Name == User.GuestName)
        {
            throw new HttpError(405, "The GUEST user cannot be deleted. Only disabled via an update.");
        }

        context.Database.Sessions.EndAllOf(context.Name);
        return RemovedAsync(context, context.Database.Principals.Remove(context.Name, isUser: true));
    }

    public static Task DeleteRoleAsync(RequestContext context) =>
        RemovedAsync(context, context.Database.Principals.Remove(context.Name, isUser: false));

    private static Task RemovedAsync(RequestContext context, bool removed)
    {
        context.Response.ContentLength = 0;
        return removed ? Task.CompletedTask : throw new HttpError(404, "missing");
    }

    private static async Task PutAsync(RequestContext context, bool isUser, bool add)
    {
        var (database, body) = (context.Database, await context.ReadWholeObjectAsync(GoTypes.Principal));
        PrincipalChange change;
        try
        {
            using var json = JsonDocument.Parse(body.Json);
            var given = body.Text("name"u8);
            var name = add ? given ?? throw new HttpError(400, "Missing name property") : context.Name;
            change = given is not null && given != name
                ? throw new HttpError(400, "Name mismatch (can't change name)")
                : PrincipalChange.Read(json.RootElement, name, isUser, strict: false);
        }
        catch (FormatException error)
        {
            throw new HttpError(400, error.Message);
        }

        if (change.ChangesReadOnly)
        {
            throw new HttpError(400, "Can't change read-only properties");
        }

        PrincipalCheck.Check(database, change, add);
        var created = database.Principals.Put(change);
        if (change.Password is not null)
        {
            database.Sessions.RevokeAllOf(change.Name);
        }

        context.Response.StatusCode = created ? 201 : 200;
        context.Response.ContentLength = 0;
    }

    /// <summary>Writes the members before those of users: name, channels of an administrator, named collections.</summary>
    private static Utf8Buffer Begin(RequestContext context, Role role, Func<string, IEnumerable<string>> channels)
    {
        var output = new Utf8Buffer().Append("{\"name\":"u8).Text(role.Name);
        WriteAdminChannels(output, ",\"admin_channels\":"u8, role, CollectionConfiguration.DefaultName);
        var separator = ",\"collection_access\":{"u8;
        foreach (var scope in context.Database.Configuration.Collections.Where(one => one.Name != CollectionConfiguration.DefaultName).GroupBy(one => one.Scope))
        {
            output.Append(separator).Text(scope.Key);
            separator = ":{"u8;
            foreach (var collection in scope.OrderBy(one => one.Collection, StringComparer.Ordinal))
            {
                output.Append(separator).Text(collection.Collection).Append(":{"u8);
                var start = output.Length;
                WriteAdminChannels(output, "\"admin_channels\":"u8, role, collection.Name);
                output.Append(output.Length > start ? ",\"all_channels\":"u8 : "\"all_channels\":"u8)
                    .Texts(Sorted(channels(collection.Name))).Append((byte)'}');
                separator = ","u8;
            }

            output.Append("}}"u8);
        }

        return output;
    }

    private static void WriteAdminChannels(Utf8Buffer output, ReadOnlySpan<byte> start, Role role, string collection)
    {
        if (role.AdminChannelsIn(collection) is { Count: > 0 } granted)
        {
            output.Append(start).Texts(Sorted(granted.Keys));
        }
    }

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Distinct().Order(StringComparer.Ordinal);
}
