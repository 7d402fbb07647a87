{#- Expected and received agencies of every group that int_reports__regions has. -#}
{% macro coverage_by_group(relation) -%}
    select
        grouped.region_code,
        grouped.kind_group,
        grouped.government_tier,
        grouped.report_year,
        grouped.is_synthetic,
        count(*) as expected_count,
        count(grouped.report_id) as received_expected_count
    from (
        select
            placed.region_code,
            placed.government_tier,
            placed.report_year,
            placed.is_synthetic,
            placed.report_id,
            unnest(placed.kinds) as kind_group
        from (
            select
                listed.report_id,
                listed.report_year,
                listed.is_synthetic,
                case
                    when listed.kind = 'gov' then ['gov'] else [listed.kind, 'all_units']
                end as kinds,
                case
                    when listed.kind <> 'gov' then ''
                    when listed.county_code is not null then 'county'
                    when listed.prefecture_code is not null then 'prefecture'
                    when listed.province_code is not null then 'province'
                    else 'unknown'
                end as government_tier,
                unnest(
                    [
                        '000000000000',
                        listed.province_code,
                        listed.prefecture_code,
                        listed.county_code
                    ]
                ) as region_code
            from {{ relation }} as listed
            where listed.is_expected
        ) as placed
        where placed.region_code is not null
    ) as grouped
    group by
        grouped.region_code, grouped.kind_group, grouped.government_tier, grouped.report_year,
        grouped.is_synthetic
{%- endmacro %}
