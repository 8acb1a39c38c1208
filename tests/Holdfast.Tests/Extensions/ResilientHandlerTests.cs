using System.Net;
using System.Net.Http.Json;
using System.Text;
using Holdfast.Extensions.Http;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Tests.Resilience;

namespace Holdfast.Tests.Extensions;

/// <summary>The handler in front of a scripted server.</summary>
public sealed class ResilientHandlerTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly Server _server = new();
    private readonly List<HttpClient> _clients = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _server.Dispose();
    }

    [Fact]
    public async Task A_server_that_is_unavailable_for_a_moment_is_asked_again()
    {
        _server.Answers(503, 502, 200);
        using var answer = await Client().GetAsync("http://a/x", Token);
        Assert.Equal((HttpStatusCode.OK, 3), (answer.StatusCode, _server.Requests.Count));
        Assert.All(_server.Given.Take(2), each => Assert.True(each.IsDisposed));
    }

    [Fact]
    public void A_blocking_call_is_guarded_too()
    {
        _server.Answers(503, 200);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a/x");
        using var answer = Client().Send(request, Token);
        Assert.Equal((HttpStatusCode.OK, 2), (answer.StatusCode, _server.Requests.Count));
    }

    [Fact]
    public async Task The_told_wait_is_waited_and_spends_no_retry()
    {
        _server.Answers(429, 429, 429, 429, 429, 200);
        _server.Headers["Retry-After"] = "7";
        var table = RetryTable.Uniform(RetryPolicy.Standard with { Retries = 1 });
        using var answer = await Client(new() { Retry = table, AttemptTimeout = null }).GetAsync("http://a/x", Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(7), 5), _time.Waits);
    }

    [Fact]
    public async Task What_one_request_was_told_to_wait_the_next_ones_to_that_host_wait_too()
    {
        _server.Answers(429, 200, 200);
        _server.Headers["Retry-After"] = "60";
        var client = Client(new() { Retry = RetryTable.None, AttemptTimeout = null });
        using var refused = await client.GetAsync("http://a/x", Token);
        Assert.Equal((HttpStatusCode.TooManyRequests, 0), (refused.StatusCode, _time.Waits.Count));
        using var other = await client.GetAsync("http://b/x", Token);
        Assert.Empty(_time.Waits);
        using var same = await client.GetAsync("http://a/y", Token);
        Assert.Equal([TimeSpan.FromSeconds(60)], _time.Waits);
        Assert.Equal(HttpStatusCode.OK, same.StatusCode);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(422)]
    public async Task RC5_what_does_not_pass_by_itself_is_given_on_at_once_with_its_body(int status)
    {
        _server.Answers(status);
        _server.Text = "{\"error\":\"no\"}";
        using var answer = await Client().GetAsync("http://a/x", Token);
        Assert.Equal((status, 1), ((int)answer.StatusCode, _server.Requests.Count));
        Assert.Equal(_server.Text, await answer.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Services that answer in chunks, or packed, do not say how long an answer is.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    public async Task What_an_answer_of_unknown_length_says_counts_and_stays_readable_to_its_end(int more)
    {
        _server.Answers(429, 429, 429);
        _server.Text = "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"You exceeded your current quota\"}}"
            + new string(' ', more);
        _server.KnowsLength = false;
        using var answer = await Client(new() { AttemptTimeout = null }).GetAsync(
            "http://a/x", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal((429, 1, 0), ((int)answer.StatusCode, _server.Requests.Count, _time.Waits.Count));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(_server.Text, await answer.Content.ReadAsStringAsync(Token));
        answer.Dispose();
        Assert.All(_server.Given, each => Assert.True(each.IsDisposed));
    }

    [Fact]
    public async Task RC13_no_more_requests_are_sent_than_the_policy_says()
    {
        _server.Answers(Enumerable.Repeat(503, 50).ToArray());
        using var answer = await Client().GetAsync("http://a/x", Token);
        Assert.Equal(1 + RetryTable.PerClass.For(FailureClass.Unavailable).Retries, _server.Requests.Count);
    }

    [Fact]
    public async Task RC14_the_last_answer_is_given_on_readable_when_retries_are_spent()
    {
        _server.Answers(503, 503, 503, 500);
        _server.Text = "still down";
        using var answer = await Client().GetAsync("http://a/x", Token);
        Assert.Equal((HttpStatusCode.InternalServerError, 4), (answer.StatusCode, _server.Requests.Count));
        Assert.Equal("still down", await answer.Content.ReadAsStringAsync(Token));
        Assert.False(_server.Given[^1].IsDisposed);
    }

    [Theory]
    [InlineData("POST", 500, false, 1)] // It may have happened.
    [InlineData("PATCH", 504, false, 1)]
    [InlineData("POST", 503, false, 2)] // The server says that it did nothing.
    [InlineData("POST", 429, false, 2)]
    [InlineData("POST", 500, true, 2)] // The key makes it safe.
    [InlineData("PUT", 500, false, 2)]
    [InlineData("DELETE", 500, false, 2)]
    public async Task What_may_not_happen_twice_is_sent_again_only_where_nothing_was_done(
        string method, int status, bool keyed, int sent)
    {
        _server.Answers(status, 200);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://a/x")
        {
            Content = new StringContent("body"),
        };
        if (keyed)
        {
            request.Headers.Add("Idempotency-Key", "k-1");
        }

        using var answer = await Client().SendAsync(request, Token);
        Assert.Equal(sent, _server.Requests.Count);
        Assert.All(_server.Requests, each => Assert.Equal("body", each));
    }

    [Fact]
    public async Task A_body_that_cannot_be_kept_is_sent_once()
    {
        _server.Answers(503, 200);
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://a/x")
        {
            Content = new ByteArrayContent(new byte[101]),
        };
        using var answer = await Client(new() { LargestBody = 100 }).SendAsync(request, Token);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 1), (answer.StatusCode, _server.Requests.Count));
    }

    /// <summary>Nobody knows the length of JSON before it is written; that makes it no stream.</summary>
    [Theory]
    [InlineData(1000, 2)]
    [InlineData(10, 1)]
    public async Task A_body_of_json_is_kept_if_it_is_small_and_sent_whole_if_not(int largest, int sent)
    {
        foreach (var isMultipart in new[] { false, true })
        {
            _server.Requests.Clear();
            _server.Answers(503, 200);
            HttpContent json = JsonContent.Create(new Dictionary<string, string> { ["name"] = "value" });
            using var body = isMultipart ? new MultipartContent("x", "-") { json } : json;
            using var answer = await Client(new() { LargestBody = largest }).PutAsync("http://a/x", body, Token);
            Assert.Equal(sent, _server.Requests.Count);
            Assert.All(_server.Requests, each => Assert.Contains("{\"name\":\"value\"}", each));
            _server.Forget();
        }
    }

    /// <summary>A host that holds longer than the whole may take is asked at once, and says so itself.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(61, new double[] { 60, 1 })]
    [InlineData(60, new double[] { 60 })]
    [InlineData(59, new double[] { 59 })]
    public async Task The_wait_that_an_earlier_request_was_told_counts_for_the_bound_on_the_whole(
        int bound, double[] waits)
    {
        _server.Answers(429, 200);
        _server.Headers["Retry-After"] = "60";
        _time.Passing = TimeSpan.FromSeconds(bound == 60 ? -1 : 60);
        var client = Client(new()
        {
            Retry = RetryTable.None, AttemptTimeout = null, TotalTimeout = TimeSpan.FromSeconds(bound),
        });
        using var refused = await client.GetAsync("http://a/x", Token);
        _time.Waits.Clear();
        using var answer = await client.GetAsync("http://a/x", Token);
        Assert.Equal(waits, _time.Waits.Select(each => each.TotalSeconds));
    }

    [Fact]
    public async Task A_wait_of_months_is_made_of_several()
    {
        _server.Answers(429, 200);
        _server.Headers["Retry-After"] = "5184000";
        var client = Client(new() { Retry = RetryTable.None, AttemptTimeout = null, MaxWait = TimeSpan.MaxValue });
        using var refused = await client.GetAsync("http://a/x", Token);
        using var waited = await client.GetAsync("http://a/y", Token);
        Assert.Equal([TimeSpan.FromDays(40), TimeSpan.FromDays(20)], _time.Waits);
    }

    [Fact]
    public async Task Each_host_has_a_breaker_that_counts_one_result_a_request_and_then_spares_the_host()
    {
        var breakers = new CircuitBreakerRegistry(new BreakerSettings { Failures = 2 }, _time);
        var client = Client(new() { Retry = RetryTable.None }, breakers);
        _server.Answers(503, 503, 200, 404);
        for (var i = 0; i < 2; i++)
        {
            using var down = await client.GetAsync("http://a:81/x", Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, down.StatusCode);
        }

        var refused = await Assert.ThrowsAsync<BreakerOpenException>(() => client.GetAsync("http://a:81/y", Token));
        Assert.Equal("http://a:81", refused.Name);
        using var other = await client.GetAsync("http://b/x", Token);
        using var missing = await client.GetAsync("http://b/y", Token);
        Assert.Equal(4, _server.Requests.Count);
        Assert.Equal(0, breakers.GetOrAdd("http://b").Metrics.Standing.Failures);
    }

    [Fact]
    public async Task A_server_that_hangs_is_a_timeout_and_asked_again()
    {
        _server.Hangs = 1;
        _server.Answers(200);
        using var answer = await Client().GetAsync("http://a/x", Token);
        Assert.Equal((HttpStatusCode.OK, 2), (answer.StatusCode, _server.Requests.Count));
    }

    [Fact]
    public async Task The_callers_cancellation_is_not_retried()
    {
        _server.Hangs = 5;
        using var source = new CancellationTokenSource();
        var call = Client(new() { AttemptTimeout = null }).GetAsync("http://a/x", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(_server.Requests);
    }

    private HttpClient Client(ResilientHandlerOptions? options = null, CircuitBreakerRegistry? breakers = null)
    {
        var handler = new ResilientHandler(
            options ?? new ResilientHandlerOptions(), breakers ?? new CircuitBreakerRegistry(time: _time), _time)
        {
            InnerHandler = _server,
        };
        var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _clients.Add(client);
        return client;
    }

    private sealed class Server : HttpMessageHandler
    {
        private readonly Queue<int> _statuses = new();

        internal List<string> Requests { get; } = [];

        internal List<Body> Given { get; } = [];

        internal Dictionary<string, string> Headers { get; } = [];

        internal string Text { get; set; } = "";

        internal bool KnowsLength { get; set; } = true;

        internal int Hangs { get; set; }

        internal void Forget() => _statuses.Clear();

        internal void Answers(params int[] statuses) => Array.ForEach(statuses, _statuses.Enqueue);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            if (Hangs-- > 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            var body = new Body(Text, KnowsLength);
            Given.Add(body);
            var answer = new HttpResponseMessage((HttpStatusCode)_statuses.Dequeue()) { Content = body };
            foreach (var (name, value) in Headers)
            {
                answer.Headers.Add(name, value);
            }

            return answer;
        }
    }

    private sealed class Body : StreamContent
    {
        internal Body(string text, bool knowsLength)
            : base(knowsLength ? new MemoryStream(Encoding.UTF8.GetBytes(text)) : new Arriving(text))
        {
            Headers.ContentType = new("text/plain");
        }

        internal bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    /// <summary>What comes over a network: a few bytes at a time, and nobody knows how many.</summary>
    private sealed class Arriving(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1_000)], cancellationToken);
    }
}
