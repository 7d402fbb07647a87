{#-
    Fails with every row whose terms do not add up to the total. Rows with a missing part cannot be
    judged; if a table has rows and none of them can be judged, the test fails too, because it
    would otherwise pass by having looked at nothing.
-#}
{% test terms_sum_to_total(model, total, terms) %}
    with judged as (
        select *, {{ terms | join(' + ') }} as terms_sum
        from {{ model }}
    )

    select 'does not add up' as fault, {{ total }} as total_value, terms_sum, 1 as row_count
    from judged
    where terms_sum is not null and {{ total }} is not null and terms_sum <> {{ total }}
    union all
    select 'no row could be judged' as fault, null, null, count(*) as row_count
    from judged
    having count(*) > 0 and count(*) filter (where terms_sum is not null and {{ total }} is not null) = 0
{% endtest %}
