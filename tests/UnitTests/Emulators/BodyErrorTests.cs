namespace OfflineActions.Tests.Emulators;

/// <summary>What is said of a body that is not JSON or not of the right type.</summary>
public sealed class BodyErrorTests
{
    [TestCase("PUT", "db/d", "", "Bad JSON: EOF")]
    [TestCase("PUT", "db/d", " \n", "Bad JSON: EOF")]
    [TestCase("PUT", "db/d", "{", "Bad JSON: unexpected EOF")]
    [TestCase("PUT", "db/d", "{\"a\":\"b", "Bad JSON: unexpected EOF")]
    [TestCase("PUT", "db/d", "{\"a\":tru", "Bad JSON: unexpected EOF")]
    [TestCase("PUT", "db/d", "\ufeff{}", "Bad JSON: invalid character 'ï' looking for beginning of value")]
    [TestCase("PUT", "db/d", "[]", "Bad JSON: json: cannot unmarshal array into Go value of type db.Body")]
    [TestCase("PUT", "db/d", "\"text\"", "Bad JSON: json: cannot unmarshal string into Go value of type db.Body")]
    [TestCase("PUT", "db/d", "1", "Bad JSON: json: cannot unmarshal number into Go value of type db.Body")]
    [TestCase("PUT", "db/d", "1x", "Bad JSON: json: cannot unmarshal number into Go value of type db.Body")]
    [TestCase("PUT", "db/d", "true", "Bad JSON: json: cannot unmarshal bool into Go value of type db.Body")]
    [TestCase("PUT", "db/d", "null", "Document body is empty")]
    [TestCase("PUT", "db/d", "nullx", "Document body is empty")]
    [TestCase("PUT", "db/d", "{'a':1}", @"Bad JSON: invalid character '\'' looking for beginning of object key string")]
    [TestCase("PUT", "db/d", "{\"a\" 1}", "Bad JSON: invalid character '1' after object key")]
    [TestCase("PUT", "db/d", "{\"a\":1 \"b\":2}", "Bad JSON: invalid character '\"' after object key:value pair")]
    [TestCase("PUT", "db/d", "{\"a\":[1 2]}", "Bad JSON: invalid character '2' after array element")]
    [TestCase("PUT", "db/d", "{\"a\":1,}", "Bad JSON: invalid character '}' looking for beginning of object key string")]
    [TestCase("PUT", "db/d", "{\"a\":\"\n\"}", @"Bad JSON: invalid character '\n' in string literal")]
    [TestCase("PUT", "db/d", "{\"a\":\"\\x\"}", "Bad JSON: invalid character 'x' in string escape code")]
    [TestCase("PUT", "db/d", "{\"a\":\"\\u00g0\"}", @"Bad JSON: invalid character 'g' in \u hexadecimal character escape")]
    [TestCase("PUT", "db/d", "{\"a\":nil}", "Bad JSON: invalid character 'i' in literal null (expecting 'u')")]
    [TestCase("PUT", "db/d", "{\"a\":-}", "Bad JSON: invalid character '}' in numeric literal")]
    [TestCase("PUT", "db/d", "{\"a\":1.}", "Bad JSON: invalid character '}' after decimal point in numeric literal")]
    [TestCase("PUT", "db/d", "{\"a\":1e}", "Bad JSON: invalid character '}' in exponent of numeric literal")]
    [TestCase("PUT", "db/d", "{\"a\":\0}", @"Bad JSON: invalid character '\x00' looking for beginning of value")]
    [TestCase("POST", "db/", "[{}]", "Bad JSON: json: cannot unmarshal array into Go value of type db.Body")]
    [TestCase("PUT", "db/_local/c", "{", "Bad JSON: unexpected EOF")]
    [TestCase("PUT", "db/_local/c", "[]", "Bad JSON: json: cannot unmarshal array into Go value of type db.Body")]
    [TestCase("POST", "db/_bulk_docs", "", "Bad JSON: EOF")]
    [TestCase("POST", "db/_bulk_docs", "[]", "Bad JSON: json: cannot unmarshal array into Go value of type db.Body")]
    [TestCase("POST", "db/_bulk_docs", "null", "missing 'docs' property")]
    [TestCase("POST", "db/_bulk_docs", "{\"docs\":[1]}", "Document body must be JSON")]
    [TestCase("POST", "db/_bulk_get", "{\"docs\"", "Bad JSON: unexpected EOF")]
    [TestCase("POST", "db/_bulk_get", "{\"docs\":1}", "missing 'docs' property")]
    [TestCase("POST", "db/_all_docs", "{\"keys\":", "Bad JSON: unexpected EOF")]
    [TestCase("POST", "db/_all_docs", "{\"keys\":[1]}", "Bad/missing keys")]
    [TestCase("POST", "db/_revs_diff", "{\"d\":1}", "Bad JSON: json: cannot unmarshal number into Go value of type []string")]
    [TestCase("POST", "db/_revs_diff", "{\"d\":[1]}", "Bad JSON: json: cannot unmarshal number into Go value of type string")]
    [TestCase("POST", "db/_revs_diff", "{\"d\":\"1-a\"}", "Bad JSON: json: cannot unmarshal string into Go value of type []string")]
    [TestCase("POST", "db/_revs_diff", "[]", "Bad JSON: json: cannot unmarshal array into Go value of type map[string][]string")]
    [TestCase("POST", "db/_revs_diff", "", "Bad JSON: EOF")]
    [TestCase("POST", "db/_changes", "", "Invalid JSON: \"unexpected end of JSON input\"")]
    [TestCase("POST", "db/_changes", "{", "Invalid JSON: \"unexpected end of JSON input\"")]
    [TestCase("POST", "db/_changes", "{}x", "Invalid JSON: \"invalid character 'x' after top-level value\"")]
    [TestCase("POST", "db/_changes", "nope", "Invalid JSON: \"invalid character 'o' in literal null (expecting 'u')\"")]
    [TestCase("POST", "db/_changes", "{\"limit\":\"5\"}", "Invalid JSON: \"json: cannot unmarshal string into Go struct field .limit of type int\"")]
    [TestCase("POST", "db/_changes", "{\"doc_ids\":\"d\"}", "Invalid JSON: \"json: cannot unmarshal string into Go struct field .doc_ids of type []string\"")]
    [TestCase("POST", "db/_session", "{\"name\":1}", "Bad JSON: json: cannot unmarshal number into Go struct field .name of type string")]
    [TestCase("POST", "db/_session", "{\"name\":\"a\",\"x\":1}", "JSON Unknown Field: json: unknown field \"x\": unrecognized JSON field")]
    [TestCase("POST", "db/_session", "{\"\\ud800\":1}", "JSON Unknown Field: json: unknown field \"\ufffd\": unrecognized JSON field")]
    [TestCase("PUT", "new/", "{\"users\":{\"a\":{\"\\udc00\":1}}}", "JSON Unknown Field: json: unknown field \"\ufffd\": unrecognized JSON field")]
    [TestCase("POST", "db/_changes", "{\"\\ud800\":1,\"limit\":\"5\"}", "Invalid JSON: \"json: cannot unmarshal string into Go struct field .limit of type int\"")]
    [TestCase("PUT", "db/_user/u", "{\"\\ud800\":1,\"password\":1}", "Invalid JSON: \"json: cannot unmarshal number into Go struct field PrincipalConfig.password of type string\"")]
    [TestCase("POST", "db/_session", "{\"name\":\"a\",\"ttl\":1.5}", "Bad JSON: json: cannot unmarshal number 1.5 into Go struct field .ttl of type int")]
    [TestCase("PUT", "db/_user/u", "", "Invalid JSON: \"unexpected end of JSON input\"")]
    [TestCase("PUT", "db/_user/u", "[]", "Invalid JSON: \"json: cannot unmarshal array into Go value of type auth.PrincipalConfig\"")]
    [TestCase("PUT", "db/_user/u", "{\"password\":1}", "Invalid JSON: \"json: cannot unmarshal number into Go struct field PrincipalConfig.password of type string\"")]
    [TestCase("PUT", "db/_user/u", "{\"admin_channels\":\"A\"}", "Invalid JSON: \"json: cannot unmarshal string into Go struct field PrincipalConfig.admin_channels of type []string\"")]
    [TestCase("POST", "db/_role/", "{\"name\":[]}", "Invalid JSON: \"json: cannot unmarshal array into Go struct field PrincipalConfig.name of type string\"")]
    [TestCase("PUT", "other/", "{", "Bad JSON: unexpected EOF")]
    [TestCase("PUT", "other/", "[]", "Bad JSON: json: cannot unmarshal array into Go value of type rest.DbConfig")]
    [TestCase("PUT", "other/", "{\"sync\":1}", "Bad JSON: json: cannot unmarshal number into Go struct field DbConfig.sync of type string")]
    [TestCase("PUT", "db/_config", "{\"nosuch\":1}", "JSON Unknown Field: json: unknown field \"nosuch\": unrecognized JSON field")]
    [TestCase("PUT", "db/_config", "{\"event_handlers\":{\"wait_for_process\":5}}", "Bad JSON: json: cannot unmarshal number into Go struct field EventHandlerConfig.event_handlers.wait_for_process of type string")]
    [TestCase("POST", "db/_purge", "[]", "_purge document ID's must be passed as a JSON")]
    [TestCase("GET", "db/d?open_revs=[1]", null, "bad open_revs")]
    [TestCase("GET", "db/d?atts_since=x", null, "atts_since URL param is not a JSON string array")]
    [TestCase("GET", "db/_all_docs?keys=x", null, "Bad keys")]
    public async Task A_bad_body_is_refused_in_the_words_of_Go(string method, string path, string? body, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync(method, path, body);

        Assert.That((answer.Status, (string?)answer.Json["error"], (string?)answer.Json["reason"]), Is.EqualTo((400, "Bad Request", reason)));
    }

    [TestCase("PUT", "db/d", "{\"a\":1} and more", 201)]
    [TestCase("POST", "db/_changes", "null", 200)]
    [TestCase("POST", "db/_revs_diff", "{\"d\":null}", 200)]
    [TestCase("PUT", "db/_user/u", "{\"password\":\"letmein\",\"nosuch\":1}", 201)]
    public async Task What_Go_reads_is_accepted(string method, string path, string body, int status)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.SendForAnswerAsync(method, path, body)).Status, Is.EqualTo(status));
    }
}
