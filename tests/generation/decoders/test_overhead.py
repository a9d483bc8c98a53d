from chartwell.eval.benchmarks.decoder_overhead import measure, report


def test_the_benchmark_measures_three_clients_turn_by_turn(vllm, capsys):
    timings = measure(vllm.base_url, vllm.model, "sesame-5f2c", runs=3)
    assert set(timings) == {"bare httpx", "openai client", "chartwell"}
    for measured in timings.values():
        assert len(measured) == 3
        assert all(0 < timing.first < timing.whole for timing in measured)
    added = report(timings, 3)
    assert f"adds {added:.1f} ms" in capsys.readouterr().out
