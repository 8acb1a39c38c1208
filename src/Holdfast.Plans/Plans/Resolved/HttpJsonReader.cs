using System.Text.Json;

namespace Holdfast.Plans;

/// <summary>Reads the requests of a <c>plan.json</c>.</summary>
internal static class HttpJsonReader
{
    public static HttpWork Read(ref Utf8JsonReader reader)
    {
        var http = new HttpWork("");
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            http = Take(ref reader, key, http);
        }

        if (Array.IndexOf(HttpAddress.Methods, http.Method) < 0 || (http.RuntimeName is null) != (http.Path is null)
            || (http.RuntimeName is null) != (http.Url is not null))
        {
            throw new FormatException("plan.json is damaged: a request has no method, or no address; start a new run");
        }

        return http;
    }

    private static HttpWork Take(ref Utf8JsonReader reader, string key, HttpWork http) => key switch
    {
        "runtime" => http with { RuntimeName = reader.GetString() },
        "method" => http with { Method = reader.GetString() ?? "" },
        "path" => http with { Path = JsonFields.Text(ref reader) },
        "url" => http with { Url = JsonFields.Text(ref reader) },
        "query" => http with { Query = JsonFields.Pairs(ref reader) },
        "headers" => http with { Headers = JsonFields.Pairs(ref reader) },
        "json" => http with { Json = JsonTemplate.Read(ref reader) },
        "body" => http with { Body = JsonFields.Text(ref reader) },
        "body_file" => http with { BodyFile = JsonFields.Text(ref reader) },
        "expect_status" => http with { ExpectedStatus = Statuses(ref reader) },
        "expect_json" => http with { ExpectedJson = Expected(ref reader) },
        "output" => http with { Output = JsonFields.Text(ref reader) },
        "max_bytes" => http with { MaxBytes = JsonFields.Within(reader.GetInt64(), 1, long.MaxValue) },
        _ => throw JsonFields.Unknown("http", key),
    };

    private static List<int> Statuses(ref Utf8JsonReader reader)
    {
        JsonFields.BeginArray(ref reader);
        var statuses = new List<int>();
        while (JsonFields.NextItem(ref reader))
        {
            statuses.Add(JsonFields.Within(reader.GetInt32(), 100, 599));
        }

        return statuses;
    }

    private static List<JsonExpectation> Expected(ref Utf8JsonReader reader)
    {
        JsonFields.BeginHere(ref reader);
        var expected = new List<JsonExpectation>();
        while (JsonFields.Next(ref reader, out var path))
        {
            expected.Add(new(path, JsonTemplate.Read(ref reader)));
        }

        return expected;
    }
}
