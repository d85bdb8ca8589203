using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Checks objects that came from outside by the attributes of their members.</summary>
internal static class MemberChecks
{
    /// <summary>What is wrong with an object and the objects in its lists, each with its path.</summary>
    /// <param name="path">The path of the object; empty for none.</param>
    /// <param name="value">The object.</param>
    public static IEnumerable<string> Find(string path, object value)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new(value), results, validateAllProperties: true);
        var prefix = path.Length > 0 ? path + ":" : "";
        return results.Select(result => $"{prefix}{result.MemberNames.First()}: {result.ErrorMessage}").Concat(
            from list in value.GetType().GetProperties()
            where ElementTypeOf(list) is not null
            from pair in ((IEnumerable<object>)list.GetValue(value)!).Index()
            from error in Find(string.Create(CultureInfo.InvariantCulture, $"{prefix}{list.Name}:{pair.Index}"), pair.Item)
            select error);
    }

    /// <summary>Checks an object that a program made.</summary>
    /// <exception cref="InvalidOperationException">A value is out of its range; the message names each.</exception>
    public static void Require(string path, object value)
    {
        var errors = Find(path, value).ToList();
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(' ', errors));
        }
    }

    /// <summary>The type of a list's elements when they have members to check; otherwise null.</summary>
    public static Type? ElementTypeOf(PropertyInfo property) =>
        property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        && type.GenericTypeArguments[0] is { IsClass: true } element && element != typeof(string)
            ? element
            : null;
}

/// <summary>A time from 0 to one day.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UpToADayAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is TimeSpan time && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(1)
            ? ValidationResult.Success
            : new($"{value} is not from 00:00:00 to 1.00:00:00.", [validationContext.MemberName!]);
}
